/** Content store: bytes by their hash, in a directory. */
package dev.trivet.blobs;
