package dev.trivet.accounts;

import java.util.Locale;

/** What a grant lets its holder do. Writing includes reading. */
public enum GrantLevel {
    READ,
    WRITE;

    /** True if a holder of this level may do what {@code needed} asks for. */
    public boolean includes(GrantLevel needed) {
        return compareTo(needed) >= 0;
    }

    /** As grants are written: {@code read} or {@code write}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
