package dev.trivet.web.graph;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** When what waited and ran: one row for each job that has started, in the order of their starts. */
public final class Waterfall {
    /** More rows than this are left out, the shortest jobs first. */
    static final int MOST_ROWS = 200;

    private static final int NAME_WIDTH = 170;
    private static final int CHART_WIDTH = 620;
    private static final int ROW = 20;
    private static final int AXIS = 22;
    private static final int[] STEPS = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400};

    private Waterfall() {}

    /** The picture as SVG; empty while nothing has started. */
    public static String of(List<GraphJob> jobs, Set<Long> critical, Instant now) {
        List<GraphJob> started =
                jobs.stream().filter(job -> job.started() != null).toList();
        if (started.isEmpty()) {
            return "";
        }
        List<GraphJob> rows = started.stream()
                .sorted(Comparator.comparing((GraphJob job) -> !critical.contains(job.id()))
                        .thenComparing((GraphJob job) -> length(job, now), Comparator.reverseOrder())
                        .thenComparingLong(GraphJob::id))
                .limit(MOST_ROWS)
                .sorted(Comparator.comparing(Waterfall::start).thenComparingLong(GraphJob::id))
                .toList();
        Instant first = started.stream()
                .map(Waterfall::begin)
                .min(Comparator.naturalOrder())
                .orElse(now);
        Instant last = started.stream()
                .map(job -> end(job, now))
                .max(Comparator.naturalOrder())
                .orElse(now);
        double millis = Math.max(1, Duration.between(first, last).toMillis());
        Svg svg = new Svg(
                NAME_WIDTH + CHART_WIDTH + 10,
                AXIS + rows.size() * ROW + 4,
                "When " + rows.size() + " jobs ran",
                "waterfall");
        axis(svg, millis, rows.size());
        for (int index = 0; index < rows.size(); index++) {
            row(svg, rows.get(index), critical, now, first, millis, AXIS + index * ROW);
        }
        return svg.end();
    }

    /** How many jobs that have started the picture leaves out. */
    public static int leftOut(List<GraphJob> jobs) {
        return (int) Math.max(
                0, jobs.stream().filter(job -> job.started() != null).count() - MOST_ROWS);
    }

    private static void row(
            Svg svg, GraphJob job, Set<Long> critical, Instant now, Instant first, double millis, int y) {
        double ready = x(begin(job), first, millis);
        double start = x(start(job), first, millis);
        double end = x(end(job, now), first, millis);
        svg.link(job.href())
                .group(
                        "node " + job.kind() + (critical.contains(job.id()) ? " critical" : ""),
                        job.name() + ": " + job.word() + ", waited "
                                + words(Duration.between(begin(job), start(job))) + ", ran "
                                + words(length(job, now)))
                .words("name", 4, y + 14.0, GraphPicture.shortened(job.name()))
                .rect("waited", ready, y + 7.0, Math.max(0, start - ready), 6, 0)
                .rect("box", start, y + 3.0, Math.max(2, end - start), 14, 2)
                .endGroup()
                .endLink();
    }

    private static void axis(Svg svg, double millis, int rows) {
        double seconds = millis / 1000;
        int step = STEPS[STEPS.length - 1];
        for (int candidate : STEPS) {
            if (seconds / candidate <= 8) {
                step = candidate;
                break;
            }
        }
        for (long tick = 0; tick <= seconds && tick < 200L * step; tick += step) {
            double x = NAME_WIDTH + CHART_WIDTH * tick / seconds;
            svg.path("tick", "M" + Math.round(x) + " " + (AXIS - 4) + "V" + (AXIS + rows * ROW));
            svg.words("time", x + 2, 12, words(Duration.ofSeconds(tick)));
        }
    }

    private static double x(Instant at, Instant first, double millis) {
        return NAME_WIDTH + CHART_WIDTH * Duration.between(first, at).toMillis() / millis;
    }

    private static Instant start(GraphJob job) {
        return Objects.requireNonNull(job.started(), "a row has started");
    }

    /** A retried job has become ready again after it started: only what is before the start is waiting. */
    private static Instant begin(GraphJob job) {
        return job.ready() == null || job.ready().isAfter(start(job)) ? start(job) : job.ready();
    }

    private static Instant end(GraphJob job, Instant now) {
        Instant end = job.finished() == null ? now : job.finished();
        return end.isBefore(start(job)) ? start(job) : end;
    }

    private static Duration length(GraphJob job, Instant now) {
        return Duration.between(start(job), end(job, now));
    }

    private static String words(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 10 && time.toMillis() % 1000 != 0) {
            return time.toMillis() + " ms";
        }
        return seconds < 60
                ? seconds + " s"
                : seconds < 3600
                        ? seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s")
                        : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
}
