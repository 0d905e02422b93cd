/** Signing in with an account that somebody has elsewhere. */
package dev.trivet.accounts.oauth;
