/** Pipelines from the command line: the working tree packed, the build followed, the plan shown. */
package dev.trivet.cli.pipeline;
