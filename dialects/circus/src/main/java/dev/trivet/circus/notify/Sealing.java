package dev.trivet.circus.notify;

import java.util.Optional;

/** Keeps secrets in rows unreadable for who only has the rows. Thread-safe. */
public interface Sealing {
    /** @param place where it is kept: what is moved elsewhere cannot be opened */
    String seal(String secret, String place);

    /** The secret; empty if it cannot be opened. */
    Optional<String> open(String kept, String place);
}
