package dev.trivet.web.view;

/** How long something took or takes; {@code since} is in epoch milliseconds, for the script that lets it grow. */
public record Span(long since, String text, boolean grows) {}
