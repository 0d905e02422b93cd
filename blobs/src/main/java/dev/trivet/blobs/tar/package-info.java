/** Tar archives of strangers: what they may name, and how much they may hold. */
package dev.trivet.blobs.tar;
