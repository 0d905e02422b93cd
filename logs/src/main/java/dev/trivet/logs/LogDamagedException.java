package dev.trivet.logs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A stored log cannot be read: the disk or somebody outside of Trivet changed its file. */
public final class LogDamagedException extends LogException {
    LogDamagedException(Path file, String seen, @Nullable Throwable cause) {
        super("log file " + file + " is damaged: " + seen, cause);
    }
}
