/** Benchmarks with baselines of the same run. */
package dev.trivet.bench;
