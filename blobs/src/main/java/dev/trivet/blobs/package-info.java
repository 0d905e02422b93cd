/** Content store: bytes by their hash, in a directory or in S3. */
package dev.trivet.blobs;
