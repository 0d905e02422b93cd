package dev.trivet.store;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * Tables that one part of Trivet owns: a schema with its own history, and the class path directory of its migrations.
 *
 * @param schema lower-case name of the schema, for example {@code public} or {@code srht}
 * @param location class path directory without slashes around it; it holds {@code V1__what.sql}, {@code V2__…}
 */
public record MigrationSet(String schema, String location) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    /** The engine's own tables. */
    public static final MigrationSet ENGINE = new MigrationSet("public", "dev/trivet/store/migrations");

    public MigrationSet {
        requireNonNull(schema, "schema is null");
        requireNonNull(location, "location is null");
        if (!NAME.matcher(schema).matches()) {
            throw new IllegalArgumentException("A schema's name is of a-z, 0-9 and _, not '" + schema + "'");
        }
        if (location.startsWith("/") || location.endsWith("/")) {
            throw new IllegalArgumentException("A location has no slash at its ends: '" + location + "'");
        }
    }
}
