/** How others are told of builds: statuses at forges, webhooks, chats and e-mail (spec section 11). */
package dev.trivet.circus.notify;
