package dev.trivet.web.view;

/** An instant, for machines, exactly for people, and roughly. */
public record Moment(String iso, String absolute, String relative) {}
