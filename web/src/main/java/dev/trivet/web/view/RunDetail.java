package dev.trivet.web.view;

import java.util.List;

/**
 * A run's page.
 *
 * @param single whether it has one job, of which no list or picture is needed
 * @param jobs the most interesting ones
 * @param moreJobs how many are not in that list
 * @param pictures the graph of the jobs, and when they ran
 * @param stream where its events come from; empty when nothing more will happen
 */
public record RunDetail(
        RunHead head,
        boolean single,
        List<JobLine> jobs,
        int moreJobs,
        Pictures pictures,
        JobPane pane,
        List<ArtifactLine> artifacts,
        String stream) {}
