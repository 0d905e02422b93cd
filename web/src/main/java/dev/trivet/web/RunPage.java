package dev.trivet.web;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobState;
import dev.trivet.core.state.RunState;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.store.ArtifactRow;
import dev.trivet.store.EdgeRow;
import dev.trivet.store.JobRow;
import dev.trivet.store.RunRow;
import dev.trivet.store.StepRow;
import dev.trivet.web.view.ArtifactLine;
import dev.trivet.web.view.Badge;
import dev.trivet.web.view.JobHead;
import dev.trivet.web.view.JobLine;
import dev.trivet.web.view.JobPane;
import dev.trivet.web.view.LogPane;
import dev.trivet.web.view.Pictures;
import dev.trivet.web.view.RunDetail;
import dev.trivet.web.view.RunHead;
import dev.trivet.web.view.Span;
import dev.trivet.web.view.StepHead;
import dev.trivet.web.view.StepPane;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes what a run's page shows of what is stored. Thread-safe. */
final class RunPage {
    /** Most bytes of logs on one page. */
    private static final int MOST_BYTES = 1 << 20;

    private static final LogPane NO_LOG = new LogPane(output -> {}, false, false);
    private static final Badge NO_STATE = new Badge("queued", "");

    /** Most lines in the list of jobs. */
    private static final int MOST_JOBS = 200;

    private static final int MOST_NAMES = 5;

    private final Wording wording;
    private final RunPictures pictures;

    RunPage(Wording wording) {
        this.wording = Objects.requireNonNull(wording, "wording is null");
        this.pictures = new RunPictures(wording.clock());
    }

    /**
     * The page with the ends of the logs. It stays bounded: where there is too much, those of the last steps are shown.
     *
     * @param cursor is told how far the page has each log
     */
    RunDetail withLogs(RunSnapshot snapshot, Viewer viewer, String path, LogStore logs, LogCursor cursor)
            throws IOException {
        List<StepPane> steps = new ArrayList<>();
        long left = MOST_BYTES;
        for (StepRow step : snapshot.steps().reversed()) {
            LogKey key = new LogKey(step.jobId(), step.number());
            int most = (int) Math.clamp(left, 0, (long) LogWindow.MOST_BYTES);
            LogWindow window = LogWindow.last(logs, key, Anchors.of(step), most);
            left -= window.bytes();
            boolean omitted = window.earlier() && window.html().isEmpty();
            cursor.put(step.number(), window.end());
            LogPane log =
                    new LogPane(output -> output.writeContent(window.html()), window.earlier() && !omitted, omitted);
            steps.add(new StepPane(stepHead(snapshot, step), log));
        }
        String stream = snapshot.ended() || snapshot.shown() == null
                ? ""
                : "/runs/" + snapshot.entry().run().id() + "/events?job="
                        + snapshot.shown().id() + "&path=" + LocalPath.encoded(path) + "&at=";
        return detail(snapshot, viewer, path, steps.reversed(), stream.isEmpty() ? "" : stream + cursor);
    }

    /** The page without what is in the logs. */
    RunDetail withoutLogs(RunSnapshot snapshot, Viewer viewer, String path) {
        List<StepPane> steps = snapshot.steps().stream()
                .map(step -> new StepPane(stepHead(snapshot, step), NO_LOG))
                .toList();
        return detail(snapshot, viewer, path, steps, "");
    }

    private RunDetail detail(RunSnapshot snapshot, Viewer viewer, String path, List<StepPane> steps, String stream) {
        boolean single = snapshot.jobs().size() <= 1;
        List<JobLine> jobs = snapshot.jobs().stream()
                .sorted(Comparator.comparingInt(RunReader::interest).thenComparingLong(JobRow::id))
                .limit(MOST_JOBS)
                .map(job -> jobLine(snapshot, job))
                .toList();
        List<ArtifactLine> artifacts = snapshot.artifacts().stream()
                .map(artifact -> artifact(snapshot, artifact))
                .toList();
        return new RunDetail(
                head(snapshot, viewer, path),
                single,
                jobs,
                snapshot.jobs().size() - jobs.size(),
                single ? Pictures.NONE : pictures.of(snapshot),
                new JobPane(jobHead(snapshot), steps),
                artifacts,
                stream);
    }

    private RunHead head(RunSnapshot snapshot, Viewer viewer, String path) {
        RunRow run = snapshot.entry().run();
        RunAccess access = snapshot.entry().access();
        boolean may = viewer.hasSession() && access.mayWrite(viewer.principal());
        return new RunHead(
                run.id(),
                run.title(),
                Wording.badge(run.state()),
                run.tenant(),
                run.dialect(),
                access.page(),
                access.manifest(),
                Wording.tally(run.tally()),
                wording.moment(run.createdAt()),
                wording.momentOrNone(run.finishedAt()),
                run.startedAt() == null ? new Span(0, "", false) : wording.span(run.startedAt(), run.finishedAt()),
                may && run.state() == RunState.HELD,
                may && !run.state().terminal() && run.state() != RunState.CANCELING,
                viewer.csrfToken(),
                path);
    }

    private JobLine jobLine(RunSnapshot snapshot, JobRow job) {
        return new JobLine(
                Wording.badge(job),
                snapshot.entry().access().page() + "?job=" + job.id() + "#job",
                job.name(),
                job.equals(snapshot.shown()),
                Objects.requireNonNullElse(job.runnerName(), ""),
                wording.span(job.startedAt(), job.finishedAt()));
    }

    private JobHead jobHead(RunSnapshot snapshot) {
        JobRow job = snapshot.shown();
        if (job == null) {
            return new JobHead(0, true, "", NO_STATE, new Span(0, "", false), "", 0, "", "");
        }
        Outcome outcome = job.outcome();
        String message = outcome == null ? null : outcome.message();
        return new JobHead(
                job.id(),
                snapshot.jobs().size() == 1,
                job.name(),
                Wording.badge(job),
                wording.span(job.startedAt(), job.finishedAt()),
                Objects.requireNonNullElse(job.runnerName(), ""),
                job.attempt(),
                Objects.requireNonNullElse(message, ""),
                waitsFor(snapshot, job));
    }

    /** What a waiting job waits for. */
    private static String waitsFor(RunSnapshot snapshot, JobRow job) {
        if (job.state() != JobState.WAITING) {
            return "";
        }
        Set<Long> prerequisites = snapshot.edges().stream()
                .filter(edge -> edge.to() == job.id())
                .map(EdgeRow::from)
                .collect(Collectors.toSet());
        List<String> names = snapshot.jobs().stream()
                .filter(other ->
                        prerequisites.contains(other.id()) && !other.state().terminal())
                .map(JobRow::name)
                .toList();
        int more = names.size() - MOST_NAMES;
        return String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private StepHead stepHead(RunSnapshot snapshot, StepRow step) {
        Integer exit = step.exitCode();
        JobRow job = snapshot.shown();
        boolean begun = job != null && job.attempt() > 0 && step.startedAt() != null;
        return new StepHead(
                step.number(),
                Anchors.of(step),
                step.name(),
                Wording.badge(step.state()),
                exit == null || exit == 0 ? "" : "exit code " + exit,
                wording.span(step.startedAt(), step.finishedAt()),
                begun ? snapshot.entry().access().log(step) : "");
    }

    private static ArtifactLine artifact(RunSnapshot snapshot, ArtifactRow artifact) {
        return new ArtifactLine(
                snapshot.entry().access().artifact(artifact),
                artifact.path(),
                artifact.name(),
                Wording.size(artifact.size()));
    }
}
