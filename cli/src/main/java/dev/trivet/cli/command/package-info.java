/** One class per command; options that several have are mixed in. */
package dev.trivet.cli.command;
