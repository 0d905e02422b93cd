/** Keeps secrets out of streams: all forms of all secrets, found while the bytes pass, across the borders of pieces. */
package dev.trivet.logs.masking;
