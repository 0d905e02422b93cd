package dev.trivet.circus;

import dev.trivet.nix.BuildResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The steps of a build (spec section 5.2): the whole first, then each derivation that Nix has built for it. */
final class BuildSteps {
    private BuildSteps() {}

    /**
     * As they stand.
     *
     * @param status of the build
     * @param at now, or when it ended
     * @return the columns of each, without its number
     */
    static List<Map<String, @Nullable Object>> of(
            String drvPath, BuildStatus status, @Nullable String message, BuildReport report, Instant at) {
        boolean over = status.finished();
        BuildResult.Verdict verdict = report.verdict();
        String culprit = verdict == null ? null : verdict.culprit();
        Instant begun =
                report.steps().isEmpty() ? at : report.steps().getFirst().started();
        List<Map<String, @Nullable Object>> steps = new ArrayList<>();
        steps.add(step(
                "nix-store --realise " + drvPath,
                over ? report.outputs().stream().map(BuildResult.Output::path).collect(Collectors.joining("\n")) : null,
                message,
                begun.isAfter(at) ? at : begun,
                over ? at : null,
                over ? exit(status == BuildStatus.SUCCEEDED || status == BuildStatus.FAILED_WITH_OUTPUT) : null));
        for (BuildReport.Step one : report.steps()) {
            Instant ended = one.ended();
            boolean failed = one.drvPath().equals(culprit)
                    || (culprit == null
                            && one.drvPath().equals(drvPath)
                            && over
                            && status != BuildStatus.SUCCEEDED
                            && status != BuildStatus.FAILED_WITH_OUTPUT);
            steps.add(step(
                    "nix build " + one.drvPath() + (one.machine() == null ? "" : " on " + one.machine()),
                    null,
                    null,
                    one.started(),
                    ended != null ? ended : over ? at : null,
                    ended != null || over ? exit(ended != null && !failed) : null));
        }
        return steps;
    }

    private static int exit(boolean well) {
        return well ? 0 : 1;
    }

    private static Map<String, @Nullable Object> step(
            String command,
            @Nullable String output,
            @Nullable String error,
            Instant started,
            @Nullable Instant completed,
            @Nullable Integer exit) {
        Map<String, @Nullable Object> step = new HashMap<>();
        step.put("command", command);
        step.put("output", output);
        step.put("error_output", error == null ? null : error.replace("\0", ""));
        step.put("started_at", started);
        step.put("completed_at", completed);
        step.put("exit_code", exit);
        return step;
    }
}
