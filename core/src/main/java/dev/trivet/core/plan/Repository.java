package dev.trivet.core.plan;

import java.util.Objects;

/** An extra package repository; what {@code value} means depends on the image's package manager. */
public record Repository(String name, String value) {
    public Repository {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(value, "value is null");
    }
}
