/** The contract of Circus: Nix projects that are watched, evaluated and built. */
package dev.trivet.circus;
