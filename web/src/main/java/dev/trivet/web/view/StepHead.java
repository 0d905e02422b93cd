package dev.trivet.web.view;

/** The head of a step. */
public record StepHead(int number, String anchor, String name, Badge state, String exit, Span duration, String href) {}
