package dev.trivet.logs;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A log could not do what was asked; subclasses name the reasons a caller may want to tell apart. */
public class LogException extends IOException {
    public LogException(String message) {
        super(message);
    }

    public LogException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
