/** Composition root: reads configuration, wires everything by hand, starts HTTP. */
package dev.trivet.server;
