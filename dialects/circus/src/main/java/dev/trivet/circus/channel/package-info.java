/** Channels: what is subscribed to with {@code nix-channel}, its history, and the files that are downloaded (spec sections 2.8, 2.11 and 8). */
@org.jspecify.annotations.NullMarked
package dev.trivet.circus.channel;
