/** Runs as pictures: the graph of their jobs, and when what ran. Pure; SVG without styles or scripts of its own. */
package dev.trivet.web.graph;
