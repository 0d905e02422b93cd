package dev.trivet.web.view;

/** A step with the end of its log. */
public record StepPane(StepHead head, LogPane log) {}
