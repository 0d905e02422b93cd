/** Delivery by e-mail over SMTP. */
package dev.trivet.notify.mail;
