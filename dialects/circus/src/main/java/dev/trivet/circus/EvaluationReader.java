package dev.trivet.circus;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobState;
import dev.trivet.engine.Engine;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.logs.LogTail;
import dev.trivet.nix.EvaluationLine;
import dev.trivet.nix.EvaluationLine.Constituent;
import dev.trivet.nix.EvaluationLine.Job;
import dev.trivet.nix.NixOffer;
import dev.trivet.nix.ResultLine;
import dev.trivet.store.Database;
import dev.trivet.store.JobRow;
import dev.trivet.store.RunStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Takes in what one evaluation finds, line by line while it goes on, in small transactions; a {@link BuildFeeder} has them built from the
 * first one on. Reads from the beginning after a restart of the server, and of the
 * evaluation: what is there already is left as it is. For one thread.
 */
final class EvaluationReader {
    private static final Logger log = LoggerFactory.getLogger(EvaluationReader.class);
    private static final String DECLARATION = ".circus.toml";
    private static final String TORN = "what was found has no end";
    private static final int BATCH = 1000;
    private static final int PAIRS = 5000;
    private static final int BUFFER = 256 << 10;
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** How long a line waits for others: jobs that come together are ordered, and none builds for itself what another one is for. */
    private static final Duration GATHERING = Duration.ofMillis(300);

    /** What it stands on. */
    record Ground(
            Database database,
            Engine engine,
            LogStore logs,
            RunStore runs,
            CircusPlanner planner,
            Declarations declarations,
            Elsewhere elsewhere,
            BuildSettings settings,
            InstantSource clock) {}

    private final Ground ground;
    private final RunningEvaluation evaluation;
    private final BuildStore builds;
    private final BuildFeeder feeder;
    private final ResultLines lines = new ResultLines();
    private final Map<Long, Known> byDerivation = new HashMap<>();
    private final Map<String, UUID> byName = new HashMap<>();
    private final List<Late> late = new ArrayList<>();
    private final Writing writing = new Writing();
    private final Map<UUID, List<Constituent>> aggregates = new LinkedHashMap<>();
    private String store = "";
    private boolean complete;
    /** When the first line came that was not taken yet; 0 for none. */
    private long since;

    private final BooleanSupplier closed;

    /** @param closed whether to stop reading: it is begun again another time */
    EvaluationReader(Ground ground, RunningEvaluation evaluation, BooleanSupplier closed) {
        this.closed = Objects.requireNonNull(closed, "closed is null");
        this.ground = Objects.requireNonNull(ground, "ground is null");
        this.evaluation = Objects.requireNonNull(evaluation, "evaluation is null");
        this.builds = new BuildStore(ground.database);
        this.feeder =
                new BuildFeeder(ground.database, ground.engine, ground.runs, ground.planner, evaluation, ground.clock);
    }

    /**
     * Reads to the end of the evaluation and ends it.
     *
     * @return false if this server has not got the lines: another one has them
     */
    boolean read() throws IOException, InterruptedException {
        try (LogTail tail = ground.logs.subscribe(new LogKey(evaluation.jobId(), NixSpec.RESULTS), 0)) {
            byte[] buffer = new byte[BUFFER];
            boolean over = false;
            while (!over) {
                if (closed.getAsBoolean()) {
                    return true;
                }
                int count = tail.read(buffer, 0, buffer.length);
                if (count > 0) {
                    lines.add(buffer, count);
                    takeWhatIsDue();
                } else if (count == 0 && lines.size() > 0 && tail.await(left())) {
                    log.trace("evaluation {} goes on", evaluation.id());
                } else {
                    take(lines.next(BATCH));
                    since = 0;
                    over = count < 0 || (!tail.await(LOOK) && ended() && nothingLeft(tail, buffer));
                }
            }
            take(lines.rest());
            writing.done();
            return end();
        } finally {
            writing.close();
            if (ground.elsewhere.has(evaluation.jobId())) {
                feeder.abandon();
            } else {
                feeder.finish();
            }
        }
    }

    /** Whole batches at once; others when they have waited for long enough for what they may need. */
    private void takeWhatIsDue() {
        if (since == 0 && lines.size() > 0) {
            since = System.nanoTime();
        }
        while (lines.size() >= BATCH || (lines.size() > 0 && left().isZero())) {
            take(lines.next(BATCH));
            since = lines.size() > 0 ? System.nanoTime() : 0;
        }
    }

    private Duration left() {
        Duration waited = Duration.ofNanos(since == 0 ? 0 : System.nanoTime() - since);
        return waited.compareTo(GATHERING) >= 0 ? Duration.ZERO : GATHERING.minus(waited);
    }

    private boolean ended() {
        return ground.runs
                .job(evaluation.jobId())
                .map(job -> job.state().terminal())
                .orElse(true);
    }

    /** What came between the last look and the end of the job is taken, too. */
    private boolean nothingLeft(LogTail tail, byte[] buffer) throws IOException {
        int count = tail.read(buffer, 0, buffer.length);
        if (count > 0) {
            lines.add(buffer, count);
        }
        return count <= 0;
    }

    // ---- lines

    private void take(List<String> texts) {
        Map<String, Job> jobs = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (String text : texts) {
            switch (line(text)) {
                case Job job -> {
                    if (CircusPlanner.isName(job.attr())) {
                        jobs.putIfAbsent(job.attr(), job);
                    } else {
                        failures.put(shown(job.attr()), "a job's name should have 1 to 255 characters");
                    }
                }
                case EvaluationLine.Failure failure -> failures.put(shown(failure.attr()), failure.message());
                case ResultLine.Declaration declaration -> declare(declaration.text(), failures);
                case ResultLine.End _ -> complete = true;
                case null -> log.debug("evaluation {} has a line that cannot be read", evaluation.id());
            }
        }
        take(jobs.values(), failures);
    }

    private static String shown(String name) {
        return name.length() <= 255 ? name : name.substring(0, 254) + "…";
    }

    /** An attempt that was lost may have left half a line before the first one of the next. */
    private static @Nullable ResultLine line(String text) {
        for (int from = 0; from >= 0; from = text.indexOf("{\"kind\":", from + 1)) {
            try {
                return Json.read(text.substring(from), ResultLine.class);
            } catch (JacksonException | IllegalArgumentException | NullPointerException unreadable) {
                // Perhaps it begins later.
            }
        }
        return null;
    }

    private void declare(String text, Map<String, String> failures) {
        if (!evaluation.trusted()) {
            return;
        }
        try {
            ground.declarations.applyRepository(evaluation.projectId(), text);
        } catch (DeclarationException wrong) {
            log.info("project {} declares what cannot be: {}", evaluation.projectId(), wrong.getMessage());
            failures.put(DECLARATION, String.valueOf(wrong.getMessage()));
        }
    }

    // ---- builds

    /** A build of this evaluation, by its derivation. */
    private record Known(UUID id, BuildStatus status, String name) {
        boolean isBad() {
            return status.finished() && status != BuildStatus.SUCCEEDED;
        }
    }

    /** A build that takes outputs of derivations that were no builds when it was found. */
    private static final class Late {
        private final UUID build;
        private final long[] derivations;

        Late(UUID build, long[] derivations) {
            this.build = build;
            this.derivations = derivations;
        }
    }

    private void take(Collection<Job> found, Map<String, String> failures) {
        if (found.isEmpty() && failures.isEmpty()) {
            return;
        }
        Map<String, KnownBuild> there = new HashMap<>();
        builds.named(evaluation.id(), found.stream().map(Job::attr).toList())
                .forEach(build -> there.put(build.jobName(), build));
        List<UUID> outdated = new ArrayList<>();
        List<Job> fresh = new ArrayList<>();
        for (Job job : found) {
            KnownBuild same = there.get(job.attr());
            if (same == null && byName.containsKey(job.attr())) {
                log.trace("evaluation {} says {} twice", evaluation.id(), job.attr());
            } else if (same == null) {
                fresh.add(job);
            } else if (same.drvPath().equals(job.drvPath())) {
                know(job, new Known(same.id(), same.status(), job.attr()));
            } else {
                outdated.add(same.id());
                fresh.add(job);
            }
        }
        write(sorted(fresh), outdated, failures);
        if (outdated.isEmpty()) {
            return;
        }
        writing.done();
        stop(there.values().stream()
                .filter(build -> outdated.contains(build.id()))
                .toList());
    }

    private void write(List<Job> jobs, List<UUID> outdated, Map<String, String> failures) {
        Instant now = ground.clock.instant();
        if (!jobs.isEmpty()) {
            look();
        }
        List<String> derivations = jobs.stream().map(Job::drvPath).toList();
        Map<String, UUID> successes = store.isEmpty() ? Map.of() : builds.successes(derivations, store);
        Map<String, String> failed = builds.failures(derivations, ground.settings.failedFor(), now);
        List<NewBuild> rows = new ArrayList<>();
        List<Dependency> dependencies = new ArrayList<>();
        for (Job job : jobs) {
            NewBuild build = judged(job, successes, failed);
            Needs needs = new Needs(job, byDerivation);
            Known bad = needs.known.stream().filter(Known::isBad).findFirst().orElse(null);
            if (bad != null && build.isForTheEngine()) {
                build = new NewBuild(build.id(), job, BuildStatus.DEPENDENCY_FAILED, "not built: " + bad.name(), null);
            }
            for (Known needed : needs.known) {
                dependencies.add(new Dependency(build.id(), needed.id()));
            }
            if (needs.unknown.length > 0 && !build.isAggregate()) {
                late.add(new Late(build.id(), needs.unknown));
            }
            rows.add(build);
            know(job, new Known(build.id(), build.status(), job.attr()));
        }
        writing.next(() -> {
            ground.database.write(handle -> {
                var writer = new BuildRows(handle, now);
                writer.delete(outdated);
                writer.insert(evaluation.id(), rows);
                writer.depend(dependencies);
                writer.failures(evaluation.id(), failures);
                return true;
            });
            feeder.wake();
        });
    }

    private void know(Job job, Known known) {
        byDerivation.putIfAbsent(DerivationName.of(job.drvPath()), known);
        byName.put(job.attr(), known.id());
        if (job.aggregate() && !job.constituents().isEmpty()) {
            aggregates.put(known.id(), job.constituents());
        }
    }

    private CircusPlanner.Wish wish(Job job) {
        return new CircusPlanner.Wish(
                job.attr(),
                job.drvPath(),
                job.system(),
                job.requiredFeatures(),
                store.isEmpty() ? null : store,
                BuildRows.priority(job),
                job.meta().timeout(),
                job.meta().maxSilent());
    }

    private NewBuild judged(Job job, Map<String, UUID> successes, Map<String, String> failed) {
        UUID id = UUID.randomUUID();
        if (job.aggregate() && !job.constituents().isEmpty()) {
            return new NewBuild(id, job, BuildStatus.PENDING, null, null);
        }
        UUID source = successes.get(job.drvPath());
        if (source != null) {
            return new NewBuild(id, job, BuildStatus.SUCCEEDED, null, source);
        }
        String before = failed.get(job.drvPath());
        if (before != null) {
            return new NewBuild(
                    id,
                    job,
                    BuildStatus.CACHED_FAILURE,
                    "the same derivation ended " + before + " a short while ago; restart the build to try again",
                    null);
        }
        return ground.planner
                .impossible(wish(job))
                .map(why -> new NewBuild(id, job, BuildStatus.UNSUPPORTED_SYSTEM, why, null))
                .orElseGet(() -> new NewBuild(id, job, BuildStatus.PENDING, null, null));
    }

    /** What a job takes of others: those that are builds, and the names of the rest. */
    private static final class Needs {
        private final List<Known> known = new ArrayList<>();
        private long[] unknown;

        Needs(Job job, Map<Long, Known> byDerivation) {
            unknown = new long[job.inputDerivations().size()];
            int count = 0;
            for (String input : job.inputDerivations()) {
                long name = DerivationName.of(input);
                Known build = byDerivation.get(name);
                if (build == null) {
                    unknown[count++] = name;
                } else {
                    known.add(build);
                }
            }
            unknown = Arrays.copyOf(unknown, count);
        }
    }

    /** The same jobs, each after those of them that it needs. */
    private static List<Job> sorted(List<Job> jobs) {
        Map<String, Job> byDrv = new LinkedHashMap<>();
        jobs.forEach(job -> byDrv.putIfAbsent(job.drvPath(), job));
        Set<Job> sorted = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Job> order = new ArrayList<>(jobs.size());
        for (Job job : jobs) {
            visit(job, byDrv, sorted, order);
        }
        return order;
    }

    private static void visit(Job job, Map<String, Job> byDrv, Set<Job> visited, List<Job> order) {
        if (!visited.add(job)) {
            return;
        }
        for (String input : job.inputDerivations()) {
            Job needed = byDrv.get(input);
            if (needed != null) {
                visit(needed, byDrv, visited, order);
            }
        }
        order.add(job);
    }

    /** The store of the runner that evaluates: derivations are nowhere else. */
    private void look() {
        String offered = ground.runs.offers(evaluation.jobId()).stream()
                .filter(word -> word.startsWith(NixOffer.STORE))
                .findFirst()
                .orElse("");
        if (!offered.isEmpty() && !offered.equals(store)) {
            store = offered;
            builds.store(evaluation.id(), store);
        }
    }

    // ---- the end

    private boolean end() {
        JobRow job = ground.runs
                .job(evaluation.jobId())
                .orElseThrow(() -> new IllegalStateException("the job of an evaluation is gone"));
        boolean torn = job.state() == JobState.PASSED && !complete;
        boolean elsewhere = ground.elsewhere.has(evaluation.jobId());
        if ((torn || elsewhere) && !isGivenUp(job)) {
            return false;
        }
        if (torn && elsewhere) {
            log.warn("the server that was told what evaluation {} found is gone; it is repeated", evaluation.id());
            ground.engine.seal(evaluation.runId());
            ground.database.write(handle -> EvaluationStore.again(handle, evaluation));
            return true;
        }
        boolean good = job.state() == JobState.PASSED && !torn;
        feeder.finish();
        connect();
        ground.engine.seal(evaluation.runId());
        Outcome outcome = job.outcome();
        String message = torn ? TORN : good || outcome == null ? null : outcome.message();
        boolean repeat = job.state() == JobState.LOST
                || (outcome != null && outcome.reason() == Reason.SETUP_FAILED && job.state() == JobState.FAILED);
        Instant now = ground.clock.instant();
        String status = torn ? "failed" : status(job.state());
        ground.database.write(handle -> {
            EvaluationStore.finish(handle, evaluation, status, message, repeat, now);
            new BuildEnds(handle).settle(List.of(evaluation.id()), now);
            return true;
        });
        return true;
    }

    /** Whether what is known of an evaluation that is over is all there will be: who has the lines may still be taking them in. */
    private boolean isGivenUp(JobRow job) {
        Instant last = builds.lastChange(evaluation.id(), evaluation.runId());
        Instant finished = job.finishedAt();
        return switch (job.state()) {
            case PASSED, FAILED, TIMED_OUT ->
                finished == null || ground.elsewhere.isOver(finished.isAfter(last) ? finished : last);
            case LOST, CANCELED, SKIPPED, HELD, WAITING, READY, LEASED, RUNNING -> true;
        };
    }

    private static String status(JobState state) {
        return switch (state) {
            case PASSED -> "completed";
            case TIMED_OUT -> "timed_out";
            case CANCELED, SKIPPED -> "cancelled";
            case FAILED, LOST, HELD, WAITING, READY, LEASED, RUNNING -> "failed";
        };
    }

    /** Writes what could not be known while lines still came, and removes jobs that an earlier evaluation had and this one has not. */
    private void connect() {
        List<Dependency> pairs = new ArrayList<>();
        for (Late one : late) {
            for (long derivation : one.derivations) {
                Known needed = byDerivation.get(derivation);
                if (needed != null) {
                    pairs.add(new Dependency(one.build, needed.id));
                }
            }
            if (pairs.size() >= PAIRS) {
                depend(pairs);
                pairs.clear();
            }
        }
        depend(pairs);
        aggregates.forEach(this::connect);
        if (complete && builds.count(evaluation.id()) > byName.size()) {
            Set<UUID> now = new HashSet<>(byName.values());
            List<KnownBuild> gone = builds.of(evaluation.id()).stream()
                    .filter(build -> !now.contains(build.id()))
                    .toList();
            ground.database.write(handle -> {
                new BuildRows(handle, ground.clock.instant())
                        .delete(gone.stream().map(KnownBuild::id).toList());
                return true;
            });
            stop(gone);
        }
    }

    /** The rows of these are gone: the engine need not go on. */
    private void stop(List<KnownBuild> deleted) {
        deleted.stream()
                .filter(build -> !build.status().finished())
                .map(KnownBuild::jobId)
                .filter(Objects::nonNull)
                .forEach(ground.engine::cancelJob);
    }

    private void connect(UUID aggregate, List<Constituent> constituents) {
        List<String> names = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<Dependency> pairs = new ArrayList<>();
        for (Constituent constituent : constituents) {
            String drv = constituent.drv();
            Known byDrv = drv == null ? null : byDerivation.get(DerivationName.of(drv));
            String name = constituent.job() != null ? constituent.job() : byDrv == null ? null : byDrv.name;
            UUID id = name == null ? null : byName.get(name);
            if (id == null) {
                missing.add(name != null ? name : String.valueOf(drv));
            } else {
                names.add(name);
                pairs.add(new Dependency(aggregate, id));
            }
        }
        Instant now = ground.clock.instant();
        ground.database.write(handle -> {
            var rows = new BuildRows(handle, now);
            rows.constituents(aggregate, names);
            rows.depend(pairs);
            if (!missing.isEmpty()) {
                rows.failAggregate(aggregate, "it names constituents that are no jobs: " + String.join(", ", missing));
            }
            return true;
        });
    }

    private void depend(List<Dependency> pairs) {
        if (!pairs.isEmpty()) {
            List<Dependency> copy = List.copyOf(pairs);
            ground.database.write(handle -> {
                new BuildRows(handle, ground.clock.instant()).depend(copy);
                return true;
            });
        }
    }
}
