package dev.trivet.web.view;

import gg.jte.Content;

/** The end of a log. {@code earlier} says that there is more before it, {@code omitted} that nothing of it is shown. */
public record LogPane(Content lines, boolean earlier, boolean omitted) {}
