/** The contract of Harmont: pipelines as graphs of jobs (spec sections 1 to 4). */
package dev.trivet.harmont;
