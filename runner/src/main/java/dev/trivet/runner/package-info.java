/** Claims, prepares, executes, streams, uploads. */
package dev.trivet.runner;
