package dev.trivet.web;

import dev.trivet.store.EdgeRow;
import dev.trivet.store.JobRow;
import dev.trivet.web.graph.CriticalPath;
import dev.trivet.web.graph.GraphJob;
import dev.trivet.web.graph.GraphPicture;
import dev.trivet.web.graph.Waterfall;
import dev.trivet.web.view.Badge;
import dev.trivet.web.view.Pictures;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Draws the jobs of a run. Thread-safe. */
final class RunPictures {
    private final InstantSource clock;

    RunPictures(InstantSource clock) {
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    Pictures of(RunSnapshot snapshot) {
        Map<Long, List<GraphJob.Link>> prerequisites = new HashMap<>();
        for (EdgeRow edge : snapshot.edges()) {
            prerequisites
                    .computeIfAbsent(edge.to(), id -> new ArrayList<>())
                    .add(new GraphJob.Link(edge.from(), edge.base()));
        }
        String page = snapshot.entry().access().page();
        List<GraphJob> jobs = snapshot.jobs().stream()
                .map(job -> graphJob(job, page, prerequisites.getOrDefault(job.id(), List.of())))
                .toList();
        Instant now = clock.instant();
        Set<Long> critical = CriticalPath.of(jobs, now);
        String graph = GraphPicture.of(jobs, critical);
        String waterfall = Waterfall.of(jobs, critical, now);
        return new Pictures(
                output -> output.writeContent(graph),
                output -> output.writeContent(waterfall),
                !waterfall.isEmpty(),
                Waterfall.leftOut(jobs));
    }

    private static GraphJob graphJob(JobRow job, String page, List<GraphJob.Link> prerequisites) {
        Badge badge = Wording.badge(job);
        return new GraphJob(
                job.id(),
                job.name(),
                badge.kind(),
                badge.word(),
                page + "?job=" + job.id() + "#job",
                job.readyAt(),
                job.startedAt(),
                job.finishedAt(),
                prerequisites);
    }
}
