package dev.trivet.web.view;

import java.util.List;

/** An error page. */
public record ErrorNote(int status, String heading, List<String> reasons, String requestId) {}
