/** Delivery by HTTP: bounded in time and size, and not to internal addresses unless the receiver is trusted. */
package dev.trivet.notify.http;
