package dev.trivet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each benchmark runs, with sizes that measure nothing. What they measure is never asserted. */
class BenchTest {
    /** Kept between runs of the tests: PostgreSQL's programs and the host's image are made there once. */
    private static final Path DATA = Path.of("target", "bench-data").toAbsolutePath();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int bench(String... arguments) {
        return new Bench(Bench.every(), printing(out), printing(err), Map.of("XDG_DATA_HOME", DATA.toString()))
                .run(List.of(arguments));
    }

    private static PrintStream printing(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"claim", "log-ingest", "start", "memory", "first-byte", "nar"})
    void aBenchmarkPrintsItsTable(String name) {
        int code =
                bench(name, "seconds=1", "backlog=100", "samples=2", "megabytes=1", "watchers=3", "starts=1", "idle=1");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(code).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("## " + name, "| measured", "|---");
    }

    @Test
    void lifecyclesRunOrSayHowToGetPgbench() {
        int code = bench("lifecycles", "seconds=1", "clients=2");
        if (code == 0) {
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("pgbench writing the same rows", "/s");
        } else {
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("pgbench is not installed", "apt-get install");
        }
    }

    @Test
    void withoutANameItListsThemAll() {
        assertThat(bench()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("lifecycles", "claim", "first-byte", "log-ingest", "start", "memory", "watchers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "claim backlog", "claim backlog=many", "claim backlog=0", "claim size=3"})
    void whatItDoesNotKnowIsRefused(String line) {
        assertThat(bench(line.split(" "))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).containsAnyOf("there is no benchmark", "not a size");
    }
}
