package dev.trivet.circus;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.NixSpec;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogPage;
import dev.trivet.logs.LogStore;
import dev.trivet.nix.BuildResult;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What a build has told programs so far, in all its attempts. A runner may have written anything: what cannot be read is left out.
 *
 * @param steps the derivations that were built, in the order of their begin
 * @param unreached machines that could not be asked
 * @param verdict null as long as it has not ended by itself
 */
record BuildReport(
        List<Step> steps,
        List<BuildResult.Unreachable> unreached,
        List<BuildResult.Output> outputs,
        List<BuildResult.Product> products,
        List<BuildResult.Metric> metrics,
        @Nullable String release,
        BuildResult.@Nullable Verdict verdict) {
    private static final int LINES_AT_ONCE = 2000;
    private static final int MOST_LINES = 100_000;

    /** Nothing. */
    static final BuildReport NONE = new BuildReport(List.of(), List.of(), List.of(), List.of(), List.of(), null, null);

    /**
     * A derivation that was built.
     *
     * @param machine where, or null for the runner's own
     * @param ended null while it is built, and where its end was not seen
     */
    record Step(
            String drvPath,
            @Nullable String machine,
            Instant started,
            @Nullable Instant ended) {}

    /** Reads it from the log of a job. */
    static BuildReport read(LogStore logs, long jobId) throws IOException {
        var key = new LogKey(jobId, NixSpec.RESULTS);
        var reading = new Reading();
        for (int line = 0; line < MOST_LINES; line += LINES_AT_ONCE) {
            LogPage page = logs.lines(key, line, LINES_AT_ONCE);
            page.lines().forEach(one -> reading.take(one.text()));
            if (page.lines().size() < LINES_AT_ONCE) {
                break;
            }
        }
        return reading.report();
    }

    /** Reads lines one after the other. */
    private static final class Reading {
        private final Map<String, Step> steps = new LinkedHashMap<>();
        private final Map<String, BuildResult.Unreachable> unreached = new LinkedHashMap<>();
        private final Map<String, BuildResult.Output> outputs = new LinkedHashMap<>();
        private final Map<List<String>, BuildResult.Product> products = new LinkedHashMap<>();
        private final Map<String, BuildResult.Metric> metrics = new LinkedHashMap<>();
        private @Nullable String release;
        private BuildResult.@Nullable Verdict verdict;

        void take(String line) {
            BuildResult result;
            try {
                result = Json.read(line, BuildResult.class);
            } catch (JacksonException | IllegalArgumentException | NullPointerException unreadable) {
                return;
            }
            switch (result) {
                case BuildResult.Started started ->
                    steps.put(started.drvPath(), new Step(started.drvPath(), started.machine(), started.at(), null));
                case BuildResult.Unreachable machine -> unreached.put(machine.machine(), machine);
                case BuildResult.Ended ended ->
                    steps.computeIfPresent(
                            ended.drvPath(),
                            (_, step) -> new Step(step.drvPath(), step.machine(), step.started(), ended.at()));
                case BuildResult.Output output -> outputs.put(output.path(), output);
                case BuildResult.Product product ->
                    products.put(List.of(product.type(), product.subtype(), product.path()), product);
                case BuildResult.Metric metric -> metrics.put(metric.name(), metric);
                case BuildResult.Release named -> release = named.name();
                case BuildResult.Verdict last -> verdict = last;
            }
        }

        BuildReport report() {
            return new BuildReport(
                    new ArrayList<>(steps.values()),
                    List.copyOf(unreached.values()),
                    List.copyOf(outputs.values()),
                    List.copyOf(products.values()),
                    List.copyOf(metrics.values()),
                    release,
                    verdict);
        }
    }
}
