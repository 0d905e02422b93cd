package dev.trivet.notify;

import java.util.Objects;

/**
 * What a receiver answered.
 *
 * @param status of HTTP, or the reply code of SMTP
 * @param headers one to a line, at most 4096 characters
 * @param body its beginning, at most 2048 bytes, as text
 */
public record Receipt(int status, String headers, String body) {
    public Receipt {
        Objects.requireNonNull(headers, "headers is null");
        Objects.requireNonNull(body, "body is null");
    }
}
