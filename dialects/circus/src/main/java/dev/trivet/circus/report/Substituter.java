package dev.trivet.circus.report;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Where Nix can get what was built.
 *
 * @param url of a substituter
 * @param publicKeys that sign there, as {@code name:base64}
 */
public record Substituter(String url, List<String> publicKeys) {
    public Substituter {
        requireNonNull(url, "url is null");
        publicKeys = List.copyOf(publicKeys);
    }
}
