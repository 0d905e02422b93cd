/** Append-only logs: offsets, line index, live tail, masking, compression. */
package dev.trivet.logs;
