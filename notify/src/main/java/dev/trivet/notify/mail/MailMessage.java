package dev.trivet.notify.mail;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A message of plain text.
 *
 * @param to at least one address
 * @param id tells it from all others, the same in each attempt; it becomes the left side of the Message-ID
 * @param inReplyTo the Message-ID of another one, with its brackets
 */
public record MailMessage(
        String from,
        List<String> to,
        List<String> cc,
        String subject,
        String text,
        String id,
        Optional<String> inReplyTo) {
    public MailMessage {
        Objects.requireNonNull(from, "from is null");
        to = List.copyOf(to);
        cc = List.copyOf(cc);
        Objects.requireNonNull(subject, "subject is null");
        Objects.requireNonNull(text, "text is null");
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(inReplyTo, "inReplyTo is null");
    }
}
