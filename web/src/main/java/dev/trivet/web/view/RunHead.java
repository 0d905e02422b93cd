package dev.trivet.web.view;

import org.jspecify.annotations.Nullable;

/** The head of a run and what may be done with it. */
public record RunHead(
        long id,
        String title,
        Badge state,
        String tenant,
        String dialect,
        String permalink,
        String manifest,
        String tally,
        Moment created,
        @Nullable Moment finished,
        Span duration,
        boolean mayStart,
        boolean mayCancel,
        String csrfToken,
        String backTo) {}
