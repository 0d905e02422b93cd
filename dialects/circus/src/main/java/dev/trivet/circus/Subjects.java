package dev.trivet.circus;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Addresses for people who have none that could be theirs. */
final class Subjects {
    private Subjects() {}

    /** Always the same for one subject, and no other's. */
    static String address(String subject, String domain) {
        return UUID.nameUUIDFromBytes((domain + " " + subject).getBytes(StandardCharsets.UTF_8)) + "@" + domain;
    }
}
