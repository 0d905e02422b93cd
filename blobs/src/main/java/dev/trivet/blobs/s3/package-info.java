/** Blobs in a bucket of S3, or of a server that speaks its protocol. Nothing outside of this package knows the SDK. */
package dev.trivet.blobs.s3;
