package dev.trivet.web.view;

import java.util.List;

/** A page of the list; {@code older} is where the next one starts, or 0. */
public record RunList(List<RunLine> runs, boolean newest, long older) {}
