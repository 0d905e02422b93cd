package dev.trivet.accounts;

import java.nio.file.Path;

/** Where the first administrator's token came from. */
public sealed interface AdministratorToken {

    /** Configuration sets it. */
    record Configured() implements AdministratorToken {}

    /** It was in the file already. */
    record Kept(Path file) implements AdministratorToken {}

    /**
     * It was generated now.
     *
     * @param text to be printed once
     * @param file where it is kept
     */
    record Generated(String text, Path file) implements AdministratorToken {
        /** Without the text: it must not get into a log. */
        @Override
        public String toString() {
            return "Generated[" + file + "]";
        }
    }
}
