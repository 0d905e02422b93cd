package dev.trivet.circus;

import dev.trivet.http.Request;
import java.util.Map;
import java.util.UUID;

/** Takes note of what administrators did. */
@FunctionalInterface
public interface AuditSink {
    /** Takes no note. */
    AuditSink NONE = (request, action, targetKind, targetId, details) -> {};

    /** Thread-safe; called after the deed. */
    void note(Request request, String action, String targetKind, UUID targetId, Map<String, String> details);
}
