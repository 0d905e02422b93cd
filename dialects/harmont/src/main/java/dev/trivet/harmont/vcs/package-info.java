/** Forges: webhooks that start builds, statuses that tell how they ended (spec section 6). */
package dev.trivet.harmont.vcs;
