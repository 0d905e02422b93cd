package dev.trivet.web.view;

import java.util.List;

/** A job with its steps. */
public record JobPane(JobHead head, List<StepPane> steps) {}
