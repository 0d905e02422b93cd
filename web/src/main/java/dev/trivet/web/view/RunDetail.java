package dev.trivet.web.view;

import java.util.List;

/** A run's page. {@code stream} is where its events come from, empty when nothing more will happen. */
public record RunDetail(
        RunHead head, boolean single, List<JobLine> jobs, JobPane pane, List<ArtifactLine> artifacts, String stream) {}
