/**
 * Nix, as a program: evaluation of job sets with an error for each attribute that has one, and the building of derivations. Knows no
 * database, no engine and no dialect.
 */
package dev.trivet.nix;
