package dev.trivet.http;

import java.util.Optional;

/** The methods a route can have. HEAD and OPTIONS are answered for every route without being written down. */
public enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE;

    /** True if it must not change anything. */
    public boolean isSafe() {
        return this == GET;
    }

    /** The method of that name, if a route can have it. */
    static Optional<Method> named(String name) {
        return switch (name) {
            case "GET", "HEAD" -> Optional.of(GET);
            case "POST" -> Optional.of(POST);
            case "PUT" -> Optional.of(PUT);
            case "PATCH" -> Optional.of(PATCH);
            case "DELETE" -> Optional.of(DELETE);
            default -> Optional.empty();
        };
    }
}
