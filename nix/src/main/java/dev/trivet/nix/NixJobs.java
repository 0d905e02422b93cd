package dev.trivet.nix;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Reason;
import dev.trivet.nix.EvaluationRequest.Bounds;
import dev.trivet.nix.EvaluationRequest.Input;
import dev.trivet.runner.NixWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Does the jobs of a runner that are for Nix. Thread-safe. */
public final class NixJobs implements NixWork {
    private static final String CHECKOUT = "checkout";
    private static final long LARGEST_DECLARATION = 1 << 20;

    private static final String REPOSITORIES = "repositories";

    private final Nix nix;
    private final Launcher evaluating;
    private final Launcher building;
    private final Mirror mirror;
    private final GarbageRoots roots;
    private final Path work;
    private final InstantSource clock;
    private final EvaluationPolicy policy;

    /** With the usual policy. */
    public NixJobs(Nix nix, Launcher evaluating, Launcher building, Path work, InstantSource clock) {
        this(nix, evaluating, building, work, clock, EvaluationPolicy.USUAL);
    }

    /**
     * @param evaluating starts evaluators, which run what strangers have written
     * @param building starts Nix itself
     * @param work a directory of its own
     */
    public NixJobs(
            Nix nix, Launcher evaluating, Launcher building, Path work, InstantSource clock, EvaluationPolicy policy) {
        this.policy = Objects.requireNonNull(policy, "policy is null");
        this.nix = Objects.requireNonNull(nix, "nix is null");
        this.evaluating = Objects.requireNonNull(evaluating, "evaluating is null");
        this.building = Objects.requireNonNull(building, "building is null");
        this.work = Objects.requireNonNull(work, "work is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.mirror = new Mirror(work.resolve(REPOSITORIES), nix.environment());
        this.roots = GarbageRoots.of(nix);
    }

    /** Where in its directory the clone of a repository is, if one was ever evaluated there; for reading its history. */
    public static Path mirror(Path work, String url) {
        return Mirror.of(work.resolve(REPOSITORIES), url);
    }

    /**
     * By the Nix on this process' PATH.
     *
     * @param work a directory of its own; what an earlier process has left in it is removed
     * @return empty if there is no Nix
     * @throws NixException if the policy requires a sandbox and none can be made
     * @throws IOException if the directory cannot be used
     */
    public static Optional<NixJobs> here(Path work, InstantSource clock, EvaluationPolicy policy) throws IOException {
        return here(System.getenv(), work, clock, policy);
    }

    static Optional<NixJobs> here(
            Map<String, String> environment, Path work, InstantSource clock, EvaluationPolicy policy)
            throws IOException {
        Optional<Nix> nix = Nix.here(environment);
        return nix.isEmpty() ? Optional.empty() : Optional.of(of(nix.get(), work, clock, policy));
    }

    /**
     * By a Nix, with evaluators in sandboxes where those can be made.
     *
     * @param work a directory of its own; what an earlier process has left in it is removed
     * @throws NixException if the policy requires a sandbox and none can be made
     * @throws IOException if the directory cannot be used
     */
    public static NixJobs of(Nix nix, Path work, InstantSource clock, EvaluationPolicy policy) throws IOException {
        Path boxes = work.resolve("boxes");
        Files.createDirectories(boxes);
        try (Stream<Path> left = Files.list(work)) {
            for (Path path : left.toList()) {
                if (path.equals(boxes) || String.valueOf(path.getFileName()).startsWith(CHECKOUT)) {
                    delete(path);
                }
            }
        }
        Launcher evaluating = SandboxedLauncher.orHost(nix, boxes, policy.sandboxRequired());
        return new NixJobs(nix, evaluating, Launcher.HOST, work, clock, policy);
    }

    @Override
    public End run(NixSpec spec, Console console) throws IOException, InterruptedException {
        return switch (spec) {
            case NixSpec.Evaluate evaluate -> evaluate(evaluate, console);
            case NixSpec.Build build -> build(build, console);
            case NixSpec.Collect collect -> collect(collect, console);
        };
    }

    // ---- evaluating

    private End evaluate(NixSpec.Evaluate spec, Console console) throws IOException, InterruptedException {
        Files.createDirectories(work.resolve("repositories"));
        Path checkout = Files.createTempDirectory(work, CHECKOUT);
        try {
            console.say("Checking out " + spec.repository() + " at " + spec.commit());
            String commit = mirror.checkOut(spec.repository(), spec.commit(), checkout, spec.gitTimeout());
            declaration(checkout, console);
            console.say("Evaluating " + spec.expression());
            Evaluator evaluator = Evaluator.of(nix, evaluating);
            console.onStop(evaluator::cancel);
            var told = new Told(spec.root(), console);
            EvaluationEnd end = evaluator.evaluate(request(spec, commit, checkout), told::tell);
            if (end instanceof EvaluationEnd.Completed) {
                told.end();
            }
            return end(end);
        } catch (NixException failed) {
            return new End.Failed(Reason.SETUP_FAILED, Words.end(String.valueOf(failed.getMessage())));
        } catch (UncheckedIOException broken) {
            throw broken.getCause();
        } finally {
            delete(checkout);
        }
    }

    /** What the repository declares of itself: jobsets, by the file that the contract names. */
    private static void declaration(Path checkout, Console console) throws IOException {
        for (String name : List.of(".circus.toml", ".circus/config.toml")) {
            Path file = checkout.resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LARGEST_DECLARATION) {
                console.result(Json.write(
                        new ResultLine.Declaration(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))));
                return;
            }
        }
    }

    private EvaluationRequest request(NixSpec.Evaluate spec, String commit, Path checkout) {
        Bounds usual = Bounds.USUAL;
        return new EvaluationRequest(
                checkout,
                commit,
                spec.flake(),
                spec.expression(),
                spec.inputs().stream()
                        .map(input -> new Input(
                                input.name(), Input.Type.valueOf(input.type().toUpperCase(Locale.ROOT)), input.value()))
                        .toList(),
                spec.restricted(),
                spec.importFromDerivation(),
                policy.network().reaches(spec.flake()),
                new Bounds(spec.timeout(), usual.attribute(), usual.memory(), usual.output()));
    }

    /** Passes on what an evaluator finds. */
    private final class Told {
        private final String root;
        private final Console console;
        private int lines;

        Told(String root, Console console) {
            this.root = root;
            this.console = console;
        }

        void tell(EvaluationLine line) {
            try {
                switch (line) {
                    case EvaluationLine.Job job -> roots.keep(root, job);
                    case EvaluationLine.Failure failure ->
                        console.say("error: " + failure.attr() + ": " + failure.message());
                }
                console.result(Json.write(line));
                lines++;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        /** So that who reads the lines knows that none is missing. */
        void end() throws IOException {
            console.result(Json.write(new ResultLine.End(lines)));
        }
    }

    private static End end(EvaluationEnd end) {
        return switch (end) {
            case EvaluationEnd.Completed _ -> new End.Passed();
            case EvaluationEnd.Failed failed -> new End.Failed(Reason.EXIT_CODE, failed.message());
            case EvaluationEnd.TimedOut late ->
                new End.TimedOut(
                        Reason.JOB_TIMEOUT,
                        "the evaluation took longer than " + late.after().toSeconds() + " s");
            case EvaluationEnd.Canceled() -> new End.Failed(Reason.CANCELED, "the evaluation was canceled");
        };
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    // ---- collecting

    private End collect(NixSpec.Collect spec, Console console) throws IOException, InterruptedException {
        for (NixSpec.Dropped dropped : spec.dropped()) {
            console.say("Letting go of " + roots.drop(dropped.root(), dropped.except()) + " paths of evaluation "
                    + dropped.root());
        }
        if (!spec.garbage()) {
            return new End.Passed();
        }
        Process process = building.start(List.of(nix.program("nix-store"), "--gc"), nix.environment(), Path.of("/"));
        console.onStop(() -> Ending.of(process));
        try (var lines = new BoundedLines(process.getErrorStream(), Words.LONGEST)) {
            process.getOutputStream().close();
            process.getInputStream().close();
            for (String line = lines.next(); line != null; line = lines.next()) {
                console.say(Words.plain(line));
            }
            int code = process.waitFor();
            return code == 0
                    ? new End.Passed()
                    : new End.Failed(Reason.EXIT_CODE, "nix-store --gc exited with " + code);
        } finally {
            Ending.now(process);
        }
    }

    // ---- building

    private End build(NixSpec.Build spec, Console console) throws IOException, InterruptedException {
        var realiser = new Realiser(nix, building);
        console.onStop(realiser::cancel);
        var telling = new Telling(console);
        Realised realised;
        try {
            realised = realiser.realise(
                    RealiseRequest.of(spec.drvPath())
                            .within(spec.timeout(), spec.maxSilent())
                            .printing(spec.maxLogBytes())
                            .on(spec.builders()),
                    telling);
        } catch (UncheckedIOException broken) {
            throw broken.getCause();
        }
        if (!telling.hasBuilt(spec.drvPath())) {
            earlierLog(spec, console);
        }
        return switch (realised) {
            case Realised.Succeeded(List<String> outputs) -> succeeded(outputs, console);
            case Realised.Failed(Realised.Kind kind, String message, String _)
            when kind == Realised.Kind.INFRASTRUCTURE && !Files.exists(Path.of(spec.drvPath())) ->
                new End.Failed(
                        Reason.SETUP_FAILED,
                        "the derivation " + spec.drvPath() + " is not in the store of this machine (" + message
                                + "): evaluate its jobset again");
            case Realised.Failed(Realised.Kind kind, String message, @Nullable String culprit) -> {
                verdict(console, status(kind), message, culprit);
                yield failed(kind, message);
            }
        };
    }

    /** What somebody else has built already, or is building, has its log in the store. */
    private void earlierLog(NixSpec.Build spec, Console console) throws IOException {
        Process process = building.start(
                List.of(nix.program("nix-store"), "--read-log", spec.drvPath()), nix.environment(), Path.of("/"));
        long left = spec.maxLogBytes();
        try (var lines = new BoundedLines(process.getInputStream(), Words.LONGEST)) {
            process.getOutputStream().close();
            process.getErrorStream().close();
            for (String line = lines.next(); line != null && left > 0; line = lines.next()) {
                console.say(line);
                left -= line.length() + 1;
            }
        } finally {
            Ending.now(process);
        }
    }

    private End succeeded(List<String> outputs, Console console) throws IOException, InterruptedException {
        boolean failure = false;
        for (PathInfo info : PathInfo.of(nix, building, outputs)) {
            console.result(Json.write(new BuildResult.Output(
                    info.path(), info.narHash(), info.narSize(), Products.file(nix, info.path()))));
        }
        for (String output : outputs) {
            failure |= Products.isFailure(output);
            for (BuildResult.Product product : Products.of(nix, output)) {
                console.result(Json.write(product));
            }
            for (BuildResult.Metric metric : Products.metrics(nix, output)) {
                console.result(Json.write(metric));
            }
        }
        for (BuildResult.Release release : releases(outputs)) {
            console.result(Json.write(release));
        }
        String message = failure ? "the build says that it failed (nix-support/failed)" : null;
        verdict(console, failure ? "failed_with_output" : "succeeded", message, null);
        return message == null ? new End.Passed() : new End.Failed(Reason.EXIT_CODE, message);
    }

    /** The first name that an output has for the result. */
    private List<BuildResult.Release> releases(List<String> outputs) {
        return outputs.stream()
                .flatMap(output -> Products.release(nix, output).stream())
                .limit(1)
                .toList();
    }

    private static void verdict(Console console, String status, @Nullable String message, @Nullable String culprit)
            throws IOException {
        if (message != null) {
            console.say("error: " + message);
        }
        console.result(Json.write(new BuildResult.Verdict(status, message, culprit)));
    }

    private static End failed(Realised.Kind kind, String message) {
        return switch (kind) {
            case TIMED_OUT -> new End.TimedOut(Reason.STEP_TIMEOUT, message);
            case SILENT -> new End.TimedOut(Reason.SILENCE_TIMEOUT, message);
            case LOG_LIMIT -> new End.Failed(Reason.LOG_LIMIT, message);
            case INFRASTRUCTURE -> new End.Lost(message);
            case CANCELED -> new End.Failed(Reason.CANCELED, message);
            case DEPENDENCY_FAILED -> new End.Failed(Reason.PREREQUISITE_FAILED, message);
            case BUILD_FAILED, HASH_MISMATCH, NOT_DETERMINISTIC, OUTPUT_REJECTED, UNSUPPORTED ->
                new End.Failed(Reason.EXIT_CODE, message);
        };
    }

    private static String status(Realised.Kind kind) {
        return switch (kind) {
            case BUILD_FAILED, HASH_MISMATCH, OUTPUT_REJECTED -> "failed";
            case DEPENDENCY_FAILED -> "dependency_failed";
            case TIMED_OUT, SILENT -> "timeout";
            case LOG_LIMIT -> "log_limit_exceeded";
            case NOT_DETERMINISTIC -> "non_deterministic";
            case UNSUPPORTED -> "unsupported_system";
            case CANCELED -> "cancelled";
            case INFRASTRUCTURE -> "aborted";
        };
    }

    /** Passes on what Nix tells. */
    private final class Telling implements BuildListener {
        private final Console console;
        private final Set<String> built = ConcurrentHashMap.newKeySet();

        Telling(Console console) {
            this.console = console;
        }

        boolean hasBuilt(String drvPath) {
            return built.contains(drvPath);
        }

        @Override
        public void started(String drvPath, @Nullable String machine) {
            built.add(drvPath);
            result(new BuildResult.Started(drvPath, machine, clock.instant()));
            say("building '" + drvPath + "'" + (machine == null ? "" : " on '" + machine + "'"));
        }

        @Override
        public void unreachable(String machine, String why) {
            result(new BuildResult.Unreachable(machine, why, clock.instant()));
            say("cannot build on '" + machine + "': " + why.replace('\n', ' '));
        }

        @Override
        public void log(String drvPath, String line) {
            say(line);
        }

        @Override
        public void phase(String drvPath, String phase) {
            say("@phase " + phase);
        }

        @Override
        public void ended(String drvPath) {
            result(new BuildResult.Ended(drvPath, clock.instant()));
        }

        @Override
        public void message(String text) {
            // Its last error is said at the end.
        }

        private void say(String line) {
            try {
                console.say(line);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        private void result(BuildResult result) {
            try {
                console.result(Json.write(result));
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
