/** Users, tokens, grants. */
package dev.trivet.accounts;
