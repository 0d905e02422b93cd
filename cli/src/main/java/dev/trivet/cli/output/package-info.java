/** What a person or a program sees of the commands: text, tables, JSON, logs. */
package dev.trivet.cli.output;
