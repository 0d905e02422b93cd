package dev.trivet.harmont;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a page ended: time of creation and id of its last row. Opaque to clients; one that cannot be read counts as none (spec section
 * 2.1).
 */
record Cursor(Instant created, String id) {
    private static final int LONGEST = 512;

    Cursor {
        Objects.requireNonNull(created, "created is null");
        Objects.requireNonNull(id, "id is null");
    }

    static Optional<Cursor> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            int end = plain.indexOf('\0');
            return end < 0
                    ? Optional.empty()
                    : Optional.of(new Cursor(Instant.parse(plain.substring(0, end)), plain.substring(end + 1)));
        } catch (IllegalArgumentException | DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((created + "\0" + id).getBytes(StandardCharsets.UTF_8));
    }
}
