package dev.trivet.web.view;

/** A run in the list. */
public record RunLine(
        long id,
        String anchor,
        String href,
        String title,
        String tenant,
        String dialect,
        Badge state,
        String jobs,
        Moment created,
        Span duration) {}
