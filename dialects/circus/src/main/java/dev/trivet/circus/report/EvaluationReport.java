package dev.trivet.circus.report;

import dev.trivet.circus.report.ReportStore.Evaluation;
import dev.trivet.circus.report.ReportStore.Listed;
import dev.trivet.circus.report.ReportStore.Past;
import dev.trivet.circus.report.ReportStore.Root;
import dev.trivet.circus.report.ReportStore.Subject;
import dev.trivet.logs.LogStore;
import dev.trivet.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the report of an evaluation: what broke, since when, by which commits, and what failed first. Thread-safe. */
final class EvaluationReport {
    /** Ranges of commits that git is asked about. */
    private static final int MOST_RANGES = 10;

    private static final int MOST_COMMITS = 50;
    /** Logs that are looked into. */
    private static final int MOST_LOGS = 20;

    private static final int LONGEST_MESSAGE = 4000;
    private static final List<String> COUNTED =
            List.of("newly_broken", "still_broken", "fixed", "removed", "green", "undecided");
    private static final Set<String> BROKEN = Set.of("newly_broken", "still_broken");

    private final ReportStore store;
    private final History history;
    private final LogEnds logs;

    /** @param clones where this server has the clone of a repository, by its address */
    EvaluationReport(Database database, LogStore logs, Function<String, Optional<Path>> clones) {
        this.store = new ReportStore(database);
        this.history = new History(clones, MOST_COMMITS);
        this.logs = new LogEnds(logs);
    }

    /**
     * As JSON.
     *
     * @param most jobs of each kind that are listed; all are counted
     */
    Optional<Map<String, @Nullable Object>> of(UUID id, int most) throws IOException, InterruptedException {
        Optional<Subject> subject = store.subject(id);
        return subject.isEmpty() ? Optional.empty() : Optional.of(new Making(subject.get(), most).json());
    }

    /** One report in the making. */
    private final class Making {
        private final Subject subject;
        private final List<Listed> jobs;
        private final Map<String, Past> past;
        private final Map<UUID, Root> roots;
        private final Map<String, History.Range> ranges = new LinkedHashMap<>();
        private final Map<UUID, Map<String, @Nullable Object>> ends = new HashMap<>();

        Making(Subject subject, int most) {
            this.subject = subject;
            UUID id = subject.evaluation().id();
            this.jobs = store.jobs(id, most);
            List<String> broken = new ArrayList<>();
            List<UUID> builds = new ArrayList<>();
            for (Listed job : jobs) {
                UUID build = job.build();
                if (BROKEN.contains(job.kind())) {
                    broken.add(job.jobName());
                    if (build != null) {
                        builds.add(build);
                    }
                }
            }
            this.past = store.past(id, broken);
            this.roots = store.roots(builds);
        }

        Map<String, @Nullable Object> json() throws IOException, InterruptedException {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            Map<String, @Nullable Object> evaluation = shown(subject.evaluation());
            evaluation.put("jobset_id", subject.jobsetId());
            evaluation.put("status", subject.status());
            evaluation.put("error_message", shortened(subject.message()));
            json.put("evaluation", evaluation);
            json.put("compared_with", shownOrNull(subject.before()));
            json.put("last_green", shownOrNull(subject.green()));
            json.put("totals", totals());
            Evaluation green = subject.green();
            json.put("since_last_green", green == null ? null : range(green, subject.evaluation()));
            json.put("newly_broken", broken("newly_broken"));
            json.put("still_broken", broken("still_broken"));
            json.put("fixed", others("fixed"));
            json.put("removed", others("removed"));
            json.put("ranges", ranges.values().stream().map(History.Range::json).toList());
            return json;
        }

        private Map<String, Long> totals() {
            Map<String, Long> totals = new LinkedHashMap<>();
            COUNTED.forEach(kind -> totals.put(kind, 0L));
            jobs.forEach(job -> totals.put(job.kind(), job.total()));
            return totals;
        }

        private List<Map<String, @Nullable Object>> others(String kind) {
            return jobs.stream()
                    .filter(job -> job.kind().equals(kind))
                    .map(this::job)
                    .toList();
        }

        private Map<String, @Nullable Object> job(Listed job) {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("job_name", job.jobName());
            json.put("build_id", job.build());
            json.put("system", job.system());
            json.put("status", job.status());
            return json;
        }

        private List<Map<String, @Nullable Object>> broken(String kind) throws IOException, InterruptedException {
            List<Map<String, @Nullable Object>> list = new ArrayList<>();
            for (Listed job : jobs) {
                if (job.kind().equals(kind)) {
                    list.add(broken(job));
                }
            }
            return list;
        }

        private Map<String, @Nullable Object> broken(Listed job) throws IOException, InterruptedException {
            Map<String, @Nullable Object> json = job(job);
            json.put("error_message", shortened(job.message()));
            Past before = past.getOrDefault(job.jobName(), new Past(null, null));
            Evaluation green = before.green();
            Evaluation since = before.broken() == null ? subject.evaluation() : before.broken();
            json.put("last_green", shownOrNull(green));
            json.put("broken_since", shown(since));
            json.put("range", green == null ? null : range(green, since));
            UUID build = job.build();
            Root root = build == null ? null : roots.get(build);
            json.put("root", root == null ? null : root(root));
            json.put("reproduce_url", build == null ? null : "/api/v1/builds/" + build + "/reproduce");
            return json;
        }

        private Map<String, @Nullable Object> root(Root root) throws IOException {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("build_id", root.build());
            json.put("evaluation_id", root.evaluation());
            json.put("job_name", root.jobName());
            json.put("drv_path", root.culprit() == null ? root.drvPath() : root.culprit());
            json.put("is_job", root.culprit() == null);
            json.put("status", root.status());
            json.put("log_url", root.logPath() == null ? null : "/api/v1/builds/" + root.build() + "/log");
            Map<String, @Nullable Object> end = ends.get(root.build());
            if (end == null && ends.size() < MOST_LOGS) {
                end = logs.of(root.logPath());
                ends.put(root.build(), end);
            }
            json.put("log_tail", end);
            return json;
        }

        /** Its place in the list of ranges; null if there are too many. */
        private @Nullable Integer range(Evaluation from, Evaluation to) throws InterruptedException {
            String key = from.commit() + " " + to.commit();
            if (!ranges.containsKey(key)) {
                if (ranges.size() >= MOST_RANGES) {
                    return null;
                }
                ranges.put(key, history.between(subject.repositoryUrl(), from.commit(), to.commit()));
            }
            return List.copyOf(ranges.keySet()).indexOf(key);
        }
    }

    private static @Nullable Map<String, @Nullable Object> shownOrNull(@Nullable Evaluation evaluation) {
        return evaluation == null ? null : shown(evaluation);
    }

    private static Map<String, @Nullable Object> shown(Evaluation evaluation) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("evaluation_id", evaluation.id());
        json.put("commit_hash", evaluation.commit());
        json.put("evaluation_time", evaluation.time());
        return json;
    }

    private static @Nullable String shortened(@Nullable String message) {
        return message == null || message.length() <= LONGEST_MESSAGE
                ? message
                : message.substring(0, LONGEST_MESSAGE) + "…";
    }
}
