/** The trivet commands. */
package dev.trivet.cli;
