package dev.trivet.nix.archive;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A path directly in a store.
 *
 * @param store the store's directory, such as {@code /nix/store}
 * @param hash 32 digits of base 32
 * @param name what follows after a dash
 */
public record StorePath(String store, String hash, String name) {
    /** Digits of the hash of a path. */
    public static final int HASH_LENGTH = 32;

    private static final Pattern NAME = Pattern.compile("[0-9a-zA-Z+._?=-]{1,211}");
    private static final Pattern DOTS = Pattern.compile("\\.{1,2}(-.*)?");

    public StorePath {
        Objects.requireNonNull(store, "store is null");
        if (!store.startsWith("/") || store.endsWith("/")) {
            throw new IllegalArgumentException("a store is an absolute directory without a slash at its end: " + store);
        }
        if (!isHash(hash)) {
            throw new IllegalArgumentException("the hash of a store path is 32 digits of Nix's base 32, not: " + hash);
        }
        if (!NAME.matcher(name).matches() || DOTS.matcher(name).matches()) {
            throw new IllegalArgumentException("this is not the name of a store path: " + name);
        }
    }

    /**
     * Reads a whole path.
     *
     * @throws IllegalArgumentException if it is not directly in that store, or not named as store paths are
     */
    public static StorePath parse(String store, String path) {
        if (!path.startsWith(store + "/")) {
            throw new IllegalArgumentException(path + " is not in the store " + store);
        }
        return ofBaseName(store, path.substring(store.length() + 1));
    }

    /** The path of that base name: hash, dash, name. */
    public static StorePath ofBaseName(String store, String baseName) {
        if (baseName.length() < HASH_LENGTH + 2 || baseName.charAt(HASH_LENGTH) != '-') {
            throw new IllegalArgumentException(
                    "a store path is named HASH-NAME with a hash of 32 digits, unlike " + baseName);
        }
        return new StorePath(store, baseName.substring(0, HASH_LENGTH), baseName.substring(HASH_LENGTH + 1));
    }

    /** Whether a text may be the hash of a path. */
    public static boolean isHash(String text) {
        return text.length() == HASH_LENGTH && NixBase32.isText(text);
    }

    /** Hash, dash, name. */
    public String baseName() {
        return hash + "-" + name;
    }

    /** The whole path. */
    @Override
    public String toString() {
        return store + "/" + baseName();
    }
}
