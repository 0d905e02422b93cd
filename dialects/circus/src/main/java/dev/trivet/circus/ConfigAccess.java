package dev.trivet.circus;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The configuration file of the server, as far as administrators have to do with it.
 *
 * @param file that the server was started with, if it was started with one
 * @param editor whether administrators may change it
 * @param defaults what such a file looks like that says nothing but the defaults
 */
public record ConfigAccess(Optional<Path> file, boolean editor, String defaults, Check check) {
    public ConfigAccess {
        Objects.requireNonNull(file, "file is null");
        Objects.requireNonNull(defaults, "defaults is null");
        Objects.requireNonNull(check, "check is null");
    }

    /** Says whether the server could start with a file. */
    @FunctionalInterface
    public interface Check {
        /**
         * Thread-safe.
         *
         * @return what is wrong with these contents, naming the key; empty if nothing is
         */
        Optional<String> complaint(String contents);
    }
}
