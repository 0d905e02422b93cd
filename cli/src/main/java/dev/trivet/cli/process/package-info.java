/** What a command meets outside of the program, and what it hands back to the shell. */
package dev.trivet.cli.process;
