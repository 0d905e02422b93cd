package dev.trivet.harmont.vcs;

import static dev.trivet.harmont.vcs.Reports.build;
import static dev.trivet.harmont.vcs.Reports.failed;
import static dev.trivet.harmont.vcs.Reports.job;
import static dev.trivet.harmont.vcs.Reports.passed;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spec section 6.3: what a check says. */
class StatusTextTest {
    private static final String LINK = "[Build 7](https://ci.example.org/acme/pipelines/api-ci/builds/7)";

    @Test
    void theTitleCountsInOneOrder() {
        var report = build(
                "failing",
                job("a", "canceled"),
                job("b", "skipped"),
                job("c", "pending"),
                job("d", "scheduled"),
                job("e", "running"),
                job("f", "timing_out"),
                job("g", "failed"),
                job("h", "timed_out"),
                job("i", "passed"),
                failed("j", null, 1, null, true));
        assertThat(StatusText.of(report).title())
                .isEqualTo("1 passed · 2 failed · 2 running · 2 queued · 1 skipped · 1 canceled · ⚠️ 1 soft-failed");
        assertThat(StatusText.of(build("passed", job("a", "passed"))).title()).isEqualTo("1 passed");
    }

    @Test
    void withoutStepsTheStateIsTheTitle() {
        StatusText text = StatusText.of(new BuildReport(
                Reports.BUILD, "api-ci", 7, "failed", build("failed").page(), "cycle: a → b → a", List.of()));
        assertThat(text.title()).isEqualTo("failed");
        assertThat(text.summary()).isEqualTo("No steps.");
        assertThat(text.text()).isEqualTo("```text\ncycle: a → b → a\n```\n\n" + LINK);
    }

    @Test
    void theSummaryIsATable() {
        var report = build(
                "failed",
                passed("deps", 1_250),
                failed("test", "Test :rocket:", 2, "2 of 7 tests failed", false),
                failed("lint", "Lint", 1, "unused import", true),
                job("deploy", "skipped"));
        assertThat(StatusText.of(report).summary()).isEqualTo("""
                | Step | Status | Time |
                |---|---|---|
                | deps | ✅ passed | 1.2 s |
                | Test :rocket: | ❌ failed | 1 min 30 s |
                | Lint | ⚠️ soft-failed | 1 min 30 s |
                | deploy | ⏭️ skipped |  |
                """);
        assertThat(StatusText.of(report).text()).isEqualTo("""
                **Test :rocket:** failed with exit code 2

                ```text
                2 of 7 tests failed
                ```

                """ + LINK);
    }

    @Test
    void foreignTextIsNoMarkup() {
        var report = build(
                "failed", failed("k", "a|b\n| **x** <img src=x> [y](z) `c`", 1, "```\n# out\n\u001b[31m````", false));
        StatusText text = StatusText.of(report);
        assertThat(text.summary().lines()).hasSize(3);
        assertThat(text.summary()).contains("| a\\|b \\| \\*\\*x\\*\\* &lt;img src=x\\> \\[y\\]\\(z\\) \\`c\\` |");
        assertThat(text.text()).contains("`````text\n```\n# out\n [31m````\n`````\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0 s",
        "999, 0.9 s",
        "59999, 59.9 s",
        "60000, 1 min 0 s",
        "3600000, 1 h 0 min",
        "90061000, 25 h 1 min"
    })
    void times(long millis, String shown) {
        assertThat(StatusText.of(build("passed", passed("a", millis))).summary())
                .endsWith("| " + shown + " |\n");
    }

    @Test
    void everythingIsBoundedAndTheLinkStays() {
        List<JobReport> jobs = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            jobs.add(failed("step" + i, "ü🚀".repeat(500), 1, "é🚀".repeat(5_000), false));
        }
        StatusText text = StatusText.of(build("failed", jobs.toArray(JobReport[]::new)));
        for (String part : List.of(text.title(), text.summary(), text.text())) {
            assertThat(part.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(65_000);
            assertThat(part).doesNotContain("\ufffd");
        }
        assertThat(text.summary().getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThan(64_000);
        assertThat(text.text()).startsWith(LINK).endsWith("…");
    }

    @Property(tries = 1000)
    void cutsAreAtCharacters(@ForAll String text, @ForAll @IntRange(min = 3, max = 40) int most) {
        String cut = Words.cut(text, most);
        assertThat(cut.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(most);
        if (text.getBytes(StandardCharsets.UTF_8).length <= most) {
            assertThat(cut).isEqualTo(text);
        } else {
            assertThat(cut).endsWith("…");
            assertThat(text).startsWith(cut.substring(0, cut.length() - 1));
        }
    }

    @Test
    void buildStatesBecomeCheckStates() {
        assertThat(CheckState.ofBuild("scheduled")).isEqualTo(CheckState.QUEUED);
        for (String word : List.of("running", "failing", "canceling")) {
            assertThat(CheckState.ofBuild(word)).isEqualTo(CheckState.RUNNING);
        }
        assertThat(CheckState.ofBuild("passed")).isEqualTo(CheckState.PASSED);
        assertThat(CheckState.ofBuild("failed")).isEqualTo(CheckState.FAILED);
        assertThat(CheckState.ofBuild("canceled")).isEqualTo(CheckState.CANCELED);
        for (CheckState state : CheckState.values()) {
            assertThat(CheckState.named(state.wireName())).isEqualTo(state);
            assertThat(CheckState.PASSED.later(state)).isEqualTo(CheckState.PASSED);
            assertThat(CheckState.QUEUED.later(state)).isEqualTo(state);
            assertThat(CheckState.RUNNING.later(state))
                    .isEqualTo(state == CheckState.QUEUED ? CheckState.RUNNING : state);
        }
    }
}
