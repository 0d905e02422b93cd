package dev.trivet.nix;

import dev.trivet.core.json.Json;
import dev.trivet.nix.EvaluationLine.Failure;
import dev.trivet.nix.EvaluationRequest.Input;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Evaluates by {@code nix-eval-jobs} (spec circus section 4.2). */
final class EvalJobs implements Evaluator {
    private static final int KEPT_LINES = 40;

    private final Nix nix;
    private final Launcher launcher;
    private volatile boolean canceled;
    private volatile @Nullable Process current;

    EvalJobs(Nix nix, Launcher launcher) {
        this.nix = Objects.requireNonNull(nix, "nix is null");
        this.launcher = Objects.requireNonNull(launcher, "launcher is null");
    }

    @Override
    public EvaluationEnd evaluate(EvaluationRequest request, Consumer<EvaluationLine> lines)
            throws InterruptedException {
        try {
            List<String> command = command(nix, request);
            Process process = launcher.bounded(request.bounds().memory())
                    .start(Launch.of(command, nix.environment(), request.checkout())
                            .reading(request.checkout())
                            .reaching(request.network()));
            current = process;
            if (canceled) {
                Ending.now(process);
            }
            return watched(request, process, lines);
        } catch (NixException refused) {
            return new EvaluationEnd.Failed(String.valueOf(refused.getMessage()));
        } catch (IOException failed) {
            return canceled
                    ? new EvaluationEnd.Canceled()
                    : new EvaluationEnd.Failed("nix-eval-jobs cannot be started: " + failed.getMessage());
        }
    }

    private EvaluationEnd watched(EvaluationRequest request, Process process, Consumer<EvaluationLine> lines)
            throws InterruptedException, IOException {
        Deque<String> said = new ArrayDeque<>();
        Thread errors = Thread.ofVirtual().start(() -> keepEnd(process.getErrorStream(), said));
        int jobs = 0;
        int failures = 0;
        try (var deadline = new Deadline(process, request.bounds().time())) {
            process.getOutputStream().close();
            try (var output =
                    new BoundedLines(process.getInputStream(), request.bounds().output())) {
                for (String text = output.next(); text != null; text = output.next()) {
                    Optional<EvaluationLine> line = line(nix, text);
                    if (line.isPresent()) {
                        jobs += line.get() instanceof EvaluationLine.Job ? 1 : 0;
                        failures += line.get() instanceof Failure ? 1 : 0;
                        lines.accept(line.get());
                    }
                }
            }
            int code = process.waitFor();
            errors.join();
            if (canceled) {
                return new EvaluationEnd.Canceled();
            }
            if (deadline.passed()) {
                return new EvaluationEnd.TimedOut(request.bounds().time());
            }
            return code == 0
                    ? new EvaluationEnd.Completed(jobs, failures)
                    : new EvaluationEnd.Failed(
                            Words.end("nix-eval-jobs exited with " + code + ":\n" + String.join("\n", said)));
        } finally {
            Ending.now(process);
        }
    }

    private static void keepEnd(InputStream stream, Deque<String> said) {
        try (var reader = new BoundedLines(stream, Words.LONGEST)) {
            for (String line = reader.next(); line != null; line = reader.next()) {
                said.addLast(Words.plain(line));
                if (said.size() > KEPT_LINES) {
                    said.removeFirst();
                }
            }
        } catch (IOException closed) {
            // The process was ended.
        }
    }

    /** What a line says; blank and malformed ones, and failures without a name, say nothing. */
    static Optional<EvaluationLine> line(Nix nix, String text) {
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(text);
        } catch (JacksonException malformed) {
            return Optional.empty();
        }
        if (json == null || !json.isObject()) {
            return Optional.empty();
        }
        String attr = json.path("attr").stringValue(json.path("name").stringValue(""));
        String error = json.path("error").stringValue(null);
        if (attr.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                error != null ? new Failure(attr, Words.end(Words.plain(error))) : JobLines.of(nix, attr, json));
    }

    /** Its argument vector. */
    static List<String> command(Nix nix, EvaluationRequest request) {
        List<String> command = new ArrayList<>();
        command.add(nix.evalJobs().orElseThrow().toString());
        if (request.flake()) {
            command.addAll(List.of(
                    "--flake",
                    RootExpression.escaped(request.checkout().toString()) + "#"
                            + String.join(".", RootExpression.attributes(request.expression()))));
        } else {
            command.add(RootExpression.file(request).toString());
        }
        command.addAll(List.of("--force-recurse", "--meta"));
        for (Input input : request.inputs()) {
            command.addAll(
                    switch (input.type()) {
                        case GIT ->
                            request.flake()
                                    ? List.of("--override-input", input.name(), input.value())
                                    : List.of("--argstr", input.name(), input.value());
                        case STRING -> List.of("--argstr", input.name(), input.value());
                        case BOOLEAN ->
                            List.of(
                                    "--arg",
                                    input.name(),
                                    Boolean.toString(input.value().equals("true")));
                        case BUILD -> List.of("--argstr", input.name(), input.value());
                        case PATH ->
                            List.of(
                                    "--argstr",
                                    input.name(),
                                    RootExpression.inside(request, input).toString());
                    });
        }
        command.addAll(
                List.of("--option", "restrict-eval", Boolean.toString(request.restricted() && !request.flake())));
        command.addAll(
                List.of("--option", "allow-import-from-derivation", Boolean.toString(request.importFromDerivation())));
        return command;
    }

    @Override
    public void cancel() {
        canceled = true;
        Process process = current;
        if (process != null) {
            Ending.now(process);
        }
    }
}
