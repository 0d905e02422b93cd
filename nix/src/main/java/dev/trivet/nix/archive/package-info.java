/**
 * What Nix's stores and binary caches exchange: archives of trees (NAR), hashes in its base 32, store paths, {@code .narinfo} files and their
 * signatures (spec circus section 7). Needs no Nix.
 */
package dev.trivet.nix.archive;
