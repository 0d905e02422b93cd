package dev.trivet.web.view;

/** The head of the job whose logs are shown. */
public record JobHead(
        long id,
        boolean single,
        String name,
        Badge state,
        Span duration,
        String runner,
        int attempt,
        String outcome,
        String waitsFor) {}
