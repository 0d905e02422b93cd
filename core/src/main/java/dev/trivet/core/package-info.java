/** Vocabulary and rules: records, state machines as tables, graph algorithms. No I/O, no clock, no SQL. */
package dev.trivet.core;
