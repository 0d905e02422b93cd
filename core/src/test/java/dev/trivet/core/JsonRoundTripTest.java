package dev.trivet.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.ArchiveSpec;
import dev.trivet.core.plan.ArtifactSpec;
import dev.trivet.core.plan.FileSpec;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.plan.Repository;
import dev.trivet.core.plan.RetryPolicy;
import dev.trivet.core.plan.SourceSpec;
import dev.trivet.core.plan.StepSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JsonRoundTripTest {
    @Test
    void aJobSpecComesBackEqual() {
        var spec = new JobSpec(
                "#12",
                "debian/stable",
                null,
                "build",
                "/home/build",
                Map.of("A", "b \"c\" \n é"),
                List.of(new Repository("x", "url dist comp")),
                List.of("jq"),
                List.of(new FileSpec("/home/build/.buildenv", 0755, "#!/bin/sh\n")),
                List.of(new SourceSpec("https://x/y", "y", List.of(List.of("git", "clone")), null)),
                List.of(new ArchiveSpec("ab".repeat(32), 77, "/workspace", "source.tar.gz")),
                List.of(new StepSpec("one", List.of("bash", "-c", "true"), Map.of(), Duration.ofSeconds(3))),
                "/home/build/.complete-build",
                new ArtifactSpec(List.of("out"), 8, 1L << 30),
                new Limits(1.5, 1L << 40, 100, 0, Duration.ofMinutes(45), null, 5),
                true,
                false);
        assertThat(Json.read(Json.write(spec), JobSpec.class)).isEqualTo(spec);
    }

    @Test
    void policiesAndOutcomesComeBackEqual() {
        var retry = new RetryPolicy(
                1, 2, Set.of(3, 4), true, Duration.ofMillis(1500), Duration.ofHours(1), RetryPolicy.Growth.LINEAR);
        assertThat(Json.read(Json.write(retry), RetryPolicy.class)).isEqualTo(retry);
        var outcome = new Outcome(Reason.EXIT_CODE, 3, null, "build");
        assertThat(Json.read(Json.write(outcome), Outcome.class)).isEqualTo(outcome);
    }
}
