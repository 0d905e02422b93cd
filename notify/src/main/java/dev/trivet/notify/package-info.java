/** What is to be told to others, until it is: a queue of deliveries that all dialects share, HTTP and e-mail. */
package dev.trivet.notify;
