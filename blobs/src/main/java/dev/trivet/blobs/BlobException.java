package dev.trivet.blobs;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The blob store could not do what was asked; subclasses name the reasons a caller may want to tell apart. */
public class BlobException extends IOException {
    public BlobException(String message) {
        super(message);
    }

    public BlobException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
