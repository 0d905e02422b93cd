/** Submit, advance, claim, lease, expire, cancel, retry, events. The only writer of run, job and step state. */
package dev.trivet.engine;
