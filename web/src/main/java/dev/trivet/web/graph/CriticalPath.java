package dev.trivet.web.graph;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that decided when the run ended, or what has kept it going until now: from the job that ended last back through the
 * prerequisite that ended last.
 */
public final class CriticalPath {
    private CriticalPath() {}

    /** The ids of the jobs on it, the last one first; empty while nothing has started. */
    public static Set<Long> of(List<GraphJob> jobs, Instant now) {
        Map<Long, GraphJob> byId = new HashMap<>();
        jobs.forEach(job -> byId.put(job.id(), job));
        Comparator<GraphJob> latest =
                Comparator.comparing((GraphJob job) -> end(job, now)).thenComparingLong(GraphJob::id);
        Set<Long> path = new LinkedHashSet<>();
        GraphJob next =
                jobs.stream().filter(job -> job.started() != null).max(latest).orElse(null);
        while (next != null && path.add(next.id())) {
            next = before(next, byId, latest);
        }
        return path;
    }

    private static @Nullable GraphJob before(GraphJob job, Map<Long, GraphJob> byId, Comparator<GraphJob> latest) {
        return job.prerequisites().stream()
                .map(link -> byId.get(link.from()))
                .filter(prerequisite -> prerequisite != null && prerequisite.started() != null)
                .max(latest)
                .orElse(null);
    }

    private static Instant end(GraphJob job, Instant now) {
        return job.finished() == null ? now : job.finished();
    }
}
