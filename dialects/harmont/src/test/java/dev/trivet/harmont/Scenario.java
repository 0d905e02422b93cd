package dev.trivet.harmont;

import dev.trivet.core.json.Json;
import dev.trivet.harmont.pipeline.Definition;
import dev.trivet.harmont.pipeline.Dependency;
import dev.trivet.harmont.pipeline.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A random pipeline with what each attempt of each step will exit with, and how it must end by the rules of the spec alone. */
final class Scenario {
    private static final int[] CODES = {0, 0, 0, 1, 2};

    private final Random random;
    private final Map<String, int[]> exits = new HashMap<>();

    Scenario(long seed) {
        this.random = new Random(seed);
    }

    /** How a job ends. */
    record End(JobStatus status, boolean softFailed, int attempts) {}

    /** The pipeline in flat form: waits of both kinds, bases, policies. */
    String pipeline(int steps) {
        ObjectNode ir = Json.MAPPER.createObjectNode().put("version", "0");
        ArrayNode list = ir.putArray("steps");
        List<String> keys = new ArrayList<>();
        for (int number = 0; number < steps; number++) {
            if (random.nextInt(6) == 0) {
                list.addObject().put("type", "wait").put("continue_on_failure", random.nextBoolean());
            }
            String key = "s" + number;
            ObjectNode step =
                    list.addObject().put("type", "command").put("key", key).put("cmd", "x");
            if (!keys.isEmpty() && random.nextInt(3) == 0) {
                step.put("builds_in", keys.get(random.nextInt(keys.size())));
            }
            if (random.nextInt(3) == 0) {
                step.putObject("retry_policy")
                        .put("max_retries", random.nextInt(3))
                        .put("backoff", "none");
            }
            if (random.nextInt(3) == 0) {
                ObjectNode soft = step.putObject("soft_fail_policy");
                if (random.nextBoolean()) {
                    soft.putArray("exit_codes").add(2);
                }
            }
            keys.add(key);
            exits.put(
                    key,
                    random.ints(4, 0, CODES.length).map(place -> CODES[place]).toArray());
        }
        return ir.toString();
    }

    /** What that attempt (from 1) of the step exits with. */
    int exit(String key, int attempt) {
        int[] all = exits.get(key);
        return all[Math.min(attempt, all.length) - 1];
    }

    int next(int bound) {
        return random.nextInt(bound);
    }

    /** The reference: step by step, prerequisites first, nothing but the rules. */
    Map<String, End> ends(Definition definition) {
        Map<String, End> ends = new HashMap<>();
        Set<String> good = new HashSet<>();
        Map<String, List<Dependency>> prerequisites = definition.prerequisites();
        for (Step step : definition.topological()) {
            boolean runs = prerequisites.getOrDefault(step.key(), List.of()).stream()
                    .allMatch(edge -> edge.onFinish() || good.contains(edge.from()));
            End end = runs ? run(step) : new End(JobStatus.SKIPPED, false, 0);
            if (end.status == JobStatus.PASSED || end.softFailed) {
                good.add(step.key());
            }
            ends.put(step.key(), end);
        }
        return ends;
    }

    private End run(Step step) {
        int most = 1 + (step.retry() == null ? 0 : step.retry().maxRetries());
        for (int attempt = 1; ; attempt++) {
            int code = exit(step.key(), attempt);
            if (code == 0) {
                return new End(JobStatus.PASSED, false, attempt);
            }
            if (attempt == most) {
                boolean soft = step.softFail() != null
                        && (step.softFail().any() || step.softFail().exitCodes().contains(code));
                return new End(JobStatus.FAILED, soft, attempt);
            }
        }
    }

    /** The fold of the spec's table, over a list of jobs. */
    static BuildState fold(List<Job> jobs, boolean cancelRequested) {
        boolean ended = jobs.stream().allMatch(job -> job.status().terminal());
        boolean failed = jobs.stream()
                .anyMatch(job ->
                        (job.status() == JobStatus.FAILED || job.status() == JobStatus.TIMED_OUT) && !job.softFailed());
        boolean touched =
                jobs.stream().anyMatch(job -> job.status() != JobStatus.PENDING && job.status() != JobStatus.SCHEDULED);
        if (cancelRequested) {
            return ended ? BuildState.CANCELED : BuildState.CANCELING;
        }
        if (ended) {
            return failed ? BuildState.FAILED : BuildState.PASSED;
        }
        if (failed) {
            return BuildState.FAILING;
        }
        return touched ? BuildState.RUNNING : BuildState.SCHEDULED;
    }
}
