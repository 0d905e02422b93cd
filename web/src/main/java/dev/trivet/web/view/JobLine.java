package dev.trivet.web.view;

/** A job in the list of its run. */
public record JobLine(Badge state, String href, String name, boolean shown, String runner, Span duration) {}
