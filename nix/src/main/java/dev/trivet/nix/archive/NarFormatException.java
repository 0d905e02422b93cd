package dev.trivet.nix.archive;

import java.io.IOException;

/** What was read is no Nix archive, or one beyond the limits. */
public final class NarFormatException extends IOException {
    private final long offset;

    NarFormatException(long offset, String message) {
        super("at byte " + offset + " of the archive: " + message);
        this.offset = offset;
    }

    /** Where in the archive it was seen, in bytes. */
    public long offset() {
        return offset;
    }
}
