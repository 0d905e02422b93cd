package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.Build;
import dev.trivet.cli.api.BuildJob;
import dev.trivet.cli.process.ExitCode;
import java.util.List;
import java.util.Objects;

/** A build and its jobs when it was over. */
public record BuildEnd(Build build, List<BuildJob> jobs) {
    public BuildEnd {
        Objects.requireNonNull(build, "build is null");
        jobs = List.copyOf(jobs);
    }

    /** What the shell gets. */
    public int exitCode() {
        return switch (build.state()) {
            case "passed" -> ExitCode.SUCCESS;
            case "canceled" -> ExitCode.INTERRUPTED;
            default -> {
                boolean outOfTime = jobs.stream().noneMatch(BuildJob::failed)
                        && (jobs.stream().anyMatch(BuildJob::timedOut)
                                || build.text("error_code")
                                        .filter("pipeline_timeout"::equals)
                                        .isPresent());
                yield outOfTime ? ExitCode.TIMEOUT : ExitCode.FAILED;
            }
        };
    }

    /** What the shell gets for one job: a failure that its pipeline allows is none. */
    public static int exitCode(BuildJob job) {
        if (job.softFailed()) {
            return ExitCode.SUCCESS;
        }
        return switch (job.state()) {
            case "passed" -> ExitCode.SUCCESS;
            case "timed_out" -> ExitCode.TIMEOUT;
            case "canceled" -> ExitCode.INTERRUPTED;
            default -> ExitCode.FAILED;
        };
    }
}
