/** Where a job runs: one interface, its backends, images and snapshots. */
package dev.trivet.sandbox;
