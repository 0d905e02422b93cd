package dev.trivet.nix;

import dev.trivet.core.json.Json;
import dev.trivet.nix.EvaluationLine.Failure;
import dev.trivet.nix.EvaluationRequest.Bounds;
import dev.trivet.nix.ReplSession.Answer;
import dev.trivet.nix.ReplSession.Died;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Evaluates by {@code nix repl}, which every Nix has: one question for each attribute path. An attribute that kills the evaluator costs
 * a new start of it, and only that attribute.
 */
final class ReplEvaluator implements Evaluator {
    /** So many deaths one after another are the machine's or the whole job set's. */
    private static final int MOST_DEATHS = 50;

    private static final int DEEPEST = 64;
    private static final Duration FIRST = Duration.ofMinutes(1);

    private final Nix nix;
    private final Launcher launcher;
    private volatile boolean canceled;
    private volatile @Nullable ReplSession current;

    ReplEvaluator(Nix nix, Launcher launcher) {
        this.nix = Objects.requireNonNull(nix, "nix is null");
        this.launcher = Objects.requireNonNull(launcher, "launcher is null");
    }

    @Override
    public EvaluationEnd evaluate(EvaluationRequest request, Consumer<EvaluationLine> lines)
            throws InterruptedException {
        Path scratch = null;
        try {
            RootExpression root = RootExpression.of(request);
            scratch = Files.createTempDirectory("trivet-eval");
            return new Walk(request, root, scratch, lines).run();
        } catch (NixException refused) {
            return new EvaluationEnd.Failed(String.valueOf(refused.getMessage()));
        } catch (IOException failed) {
            return canceled
                    ? new EvaluationEnd.Canceled()
                    : new EvaluationEnd.Failed("the evaluator cannot be started: " + failed.getMessage());
        } finally {
            ReplSession open = current;
            if (open != null) {
                open.close();
            }
            if (scratch != null) {
                delete(scratch);
            }
        }
    }

    @Override
    public void cancel() {
        canceled = true;
        ReplSession open = current;
        if (open != null) {
            open.kill();
        }
    }

    private static void delete(Path scratch) {
        try {
            Files.deleteIfExists(scratch.resolve("walk.nix"));
            Files.deleteIfExists(scratch);
        } catch (IOException left) {
            // It is a temporary folder.
        }
    }

    /** One evaluation. */
    private final class Walk {
        private final EvaluationRequest request;
        private final Bounds bounds;
        private final RootExpression root;
        private final Path scratch;
        private final Consumer<EvaluationLine> lines;
        private final long deadline;
        private final Deque<List<String>> open = new ArrayDeque<>(List.of(List.of()));
        private int jobs;
        private int failures;
        private int deaths;

        Walk(EvaluationRequest request, RootExpression root, Path scratch, Consumer<EvaluationLine> lines)
                throws IOException {
            this.request = request;
            this.bounds = request.bounds();
            this.root = root;
            this.scratch = scratch;
            this.lines = lines;
            this.deadline = System.nanoTime() + bounds.time().toNanos();
            try (InputStream walk = Objects.requireNonNull(
                    ReplEvaluator.class.getResourceAsStream("walk.nix"), "walk.nix is missing")) {
                Files.copy(walk, scratch.resolve("walk.nix"));
            }
        }

        EvaluationEnd run() throws IOException, InterruptedException {
            for (List<String> path = open.poll(); path != null; path = open.poll()) {
                if (canceled) {
                    return new EvaluationEnd.Canceled();
                }
                if (left().isNegative()) {
                    return new EvaluationEnd.TimedOut(bounds.time());
                }
                EvaluationEnd early = look(path);
                if (early != null) {
                    return early;
                }
            }
            return canceled ? new EvaluationEnd.Canceled() : new EvaluationEnd.Completed(jobs, failures);
        }

        private Duration left() {
            return Duration.ofNanos(deadline - System.nanoTime());
        }

        private @Nullable EvaluationEnd look(List<String> path) throws IOException, InterruptedException {
            Duration longest = left().compareTo(bounds.attribute()) < 0 ? left() : bounds.attribute();
            try {
                Answer answer = session().evaluate("builtins.toJSON (p [" + quoted(path) + "])", longest);
                deaths = 0;
                return answered(path, answer);
            } catch (Died died) {
                if (canceled) {
                    return new EvaluationEnd.Canceled();
                }
                if (left().isNegative()) {
                    return new EvaluationEnd.TimedOut(bounds.time());
                }
                end();
                deaths++;
                if (path.isEmpty() || deaths > MOST_DEATHS) {
                    return new EvaluationEnd.Failed(Words.end(String.valueOf(died.getMessage())));
                }
                fail(path, String.valueOf(died.getMessage()));
                return null;
            }
        }

        private @Nullable EvaluationEnd answered(List<String> path, Answer answer) {
            if (answer.value().isEmpty()) {
                if (path.isEmpty()) {
                    return new EvaluationEnd.Failed(Words.end(answer.error()));
                }
                fail(path, answer.error());
                return null;
            }
            JsonNode found = Json.MAPPER.readTree(answer.value().get());
            switch (found.path("kind").stringValue("")) {
                case "set" -> {
                    List<JsonNode> names = found.path("attrs").valueStream().toList();
                    if (path.size() >= DEEPEST) {
                        fail(path, "sets are looked into " + DEEPEST + " deep, and no deeper");
                        break;
                    }
                    for (int at = names.size() - 1; at >= 0; at--) {
                        List<String> child = new ArrayList<>(path);
                        child.add(names.get(at).asString());
                        open.push(child);
                    }
                }
                case "job" -> tell(JobLines.of(nix, name(path), found));
                default -> {
                    if (path.isEmpty()) {
                        return new EvaluationEnd.Failed(
                                "the job set is neither an attribute set nor a function to one");
                    }
                }
            }
            return null;
        }

        private void fail(List<String> path, String message) {
            tell(new Failure(name(path), Words.end(message)));
        }

        private void tell(EvaluationLine line) {
            switch (line) {
                case EvaluationLine.Job _ -> jobs++;
                case Failure _ -> failures++;
            }
            lines.accept(line);
        }

        private ReplSession session() throws IOException, Died, InterruptedException {
            ReplSession open = current;
            if (open != null) {
                return open;
            }
            ReplSession fresh = ReplSession.start(
                    launcher.bounded(bounds.memory()),
                    Launch.of(command(), nix.environment(), scratch)
                            .reading(scratch, request.checkout())
                            .reaching(request.network()),
                    bounds.output());
            current = fresh;
            if (canceled) {
                fresh.kill();
            }
            Answer answer = fresh.define(
                    "p = import " + scratch.resolve("walk.nix") + " { root = " + root.root() + "; autoArgs = "
                            + root.arguments() + "; }",
                    FIRST);
            if (answer.said().stream().anyMatch(line -> line.startsWith("error"))) {
                throw new Died(answer.error());
            }
            return fresh;
        }

        private void end() {
            ReplSession dead = current;
            current = null;
            if (dead != null) {
                dead.close();
            }
        }

        private List<String> command() {
            List<String> command = new ArrayList<>(List.of(
                    nix.program("nix"),
                    "--extra-experimental-features",
                    "nix-command flakes",
                    "repl",
                    "--option",
                    "restrict-eval",
                    // A flake is bounded by its own inputs; restricted, it could not even be fetched.
                    Boolean.toString(request.restricted() && !request.flake()),
                    "--option",
                    "allow-import-from-derivation",
                    Boolean.toString(request.importFromDerivation()),
                    "-I",
                    "checkout=" + request.checkout(),
                    "-I",
                    "walk=" + scratch));
            return command;
        }

        private static String quoted(List<String> path) {
            return path.stream().map(Words::literal).collect(Collectors.joining(" "));
        }

        /** As nix-eval-jobs writes it: a name with a dot in it is quoted. */
        private static String name(List<String> path) {
            return path.stream()
                    .map(word -> word.matches("[A-Za-z0-9_'-]+") ? word : Words.literal(word))
                    .collect(Collectors.joining("."));
        }
    }
}
