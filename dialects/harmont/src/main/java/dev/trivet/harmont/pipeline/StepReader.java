package dev.trivet.harmont.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a step as both forms have it (spec sections 3.1 and 3.2). Not thread-safe. */
final class StepReader {
    /** Longest key in characters. */
    static final int MAX_KEY = 255;

    /** The members that both forms read of a step. */
    static final Set<String> MEMBERS = Set.of(
            "key",
            "cmd",
            "eval",
            "label",
            "image",
            "timeout_seconds",
            "cache",
            "runner",
            "runner_args",
            "retry_policy",
            "soft_fail_policy",
            "artifacts");

    private final Bounds bounds;

    StepReader(Bounds bounds) {
        this.bounds = bounds;
    }

    /** The step, with its own image only. */
    Step read(IrNode node, Map<String, String> environment) throws PipelineException {
        return new Step(
                key(node),
                node.textOf("label"),
                command(node),
                node.textOf("image"),
                environment,
                timeout(node.get("timeout_seconds")),
                CacheReader.read(node.get("cache"), bounds),
                node.textOf("runner"),
                runnerArgs(node),
                PolicyReader.retry(node.get("retry_policy"), bounds),
                PolicyReader.softFail(node.get("soft_fail_policy"), bounds),
                PolicyReader.artifacts(node.get("artifacts"), bounds));
    }

    static @Nullable Duration timeout(@Nullable IrNode seconds) throws PipelineException {
        return seconds == null ? null : Duration.ofSeconds(seconds.whole(1, Integer.MAX_VALUE));
    }

    static Map<String, String> environment(@Nullable IrNode variables) throws PipelineException {
        return variables == null ? Map.of() : variables.environment();
    }

    private static String key(IrNode step) throws PipelineException {
        IrNode node = step.get("key");
        if (node == null) {
            throw step.missing("key", "each step needs a key of its own");
        }
        String key = node.text();
        int length = key.codePointCount(0, key.length());
        if (length == 0 || length > MAX_KEY) {
            throw node.problem("a key has 1 to " + MAX_KEY + " characters, this one has " + length);
        }
        return key;
    }

    /** The newer dialect says {@code eval} instead of {@code cmd}. */
    private static String command(IrNode step) throws PipelineException {
        String command = step.textOf("cmd");
        IrNode eval = step.get("eval");
        String evaluated = eval == null ? null : evaluated(eval);
        if (command != null && evaluated != null && !command.equals(evaluated)) {
            throw step.problem("cmd and eval name different commands; send one of them");
        }
        if (command == null && evaluated == null) {
            throw step.missing("cmd", "each command step needs the shell text it runs");
        }
        return command != null ? command : Objects.requireNonNull(evaluated);
    }

    private static String evaluated(IrNode eval) throws PipelineException {
        eval.object("an object such as {\"type\":\"cmd\",\"cmd\":\"make\"}");
        String type = eval.textOf("type");
        if ("dynamic".equals(type)) {
            throw eval.problem("steps of type \"dynamic\" are not supported; render the pipeline with their commands");
        }
        if (!"cmd".equals(type)) {
            throw eval.problem("expected the type \"cmd\", found " + (type == null ? "none" : Quoted.of(type)));
        }
        String command = eval.textOf("cmd");
        if (command == null) {
            throw eval.missing("cmd", "it is the shell text that the step runs");
        }
        return command;
    }

    private @Nullable JsonNode runnerArgs(IrNode step) throws PipelineException {
        IrNode node = step.get("runner_args");
        if (node == null) {
            return null;
        }
        JsonNode object = node.object("an object");
        bounds.keep(node, object);
        return object;
    }
}
