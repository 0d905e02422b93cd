/** The binary cache: what was built is published, kept, and served to Nix as a substituter (spec sections 7 and 5.6). */
package dev.trivet.circus.cache;
