package dev.trivet.harmont.vcs;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Builds as tests need them. */
final class Reports {
    static final Instant START = Instant.parse("2026-03-04T05:00:00Z");
    static final UUID BUILD = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");
    static final String COMMIT = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

    private Reports() {}

    static BuildReport build(UUID id, String state, JobReport... jobs) {
        return new BuildReport(
                id,
                "api-ci",
                7,
                state,
                URI.create("https://ci.example.org/acme/pipelines/api-ci/builds/7"),
                null,
                List.of(jobs));
    }

    static BuildReport build(String state, JobReport... jobs) {
        return build(BUILD, state, jobs);
    }

    static JobReport job(String key, String state) {
        return new JobReport(key, null, state, false, null, null, START, null);
    }

    static JobReport passed(String key, long millis) {
        return new JobReport(key, null, "passed", false, 0, null, START, START.plusMillis(millis));
    }

    static JobReport failed(String key, String label, int exitCode, String message, boolean soft) {
        return new JobReport(key, label, "failed", soft, exitCode, message, START, START.plusSeconds(90));
    }

    static StatusUpdate update(CheckState state, CheckState sent, String checkId, BuildReport report) {
        return new StatusUpdate("acme/api", COMMIT, "harmont/api-ci", state, sent, checkId, false, report);
    }
}
