package dev.trivet.nix;

import static dev.trivet.nix.PrivateStore.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.nix.EvaluationLine.Job;
import dev.trivet.nix.Realised.Failed;
import dev.trivet.nix.Realised.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds by the Nix that is installed, in a store of its own (spec circus section 5). */
class RealiserTest {
    @TempDir
    static Path directory;

    private static PrivateStore store;

    private final Heard heard = new Heard();

    /** Keeps everything. */
    private static final class Heard implements BuildListener {
        final List<String> started = new CopyOnWriteArrayList<>();
        final List<String> log = new CopyOnWriteArrayList<>();
        final List<String> ended = new CopyOnWriteArrayList<>();
        volatile Runnable onLog = () -> {};

        @Override
        public void started(String drvPath, @Nullable String machine) {
            started.add(drvPath);
        }

        @Override
        public void unreachable(String machine, String why) {}

        @Override
        public void log(String drvPath, String line) {
            log.add(line);
            onLog.run();
        }

        @Override
        public void phase(String drvPath, String phase) {}

        @Override
        public void ended(String drvPath) {
            ended.add(drvPath);
        }

        @Override
        public void message(String text) {}
    }

    @BeforeAll
    static void makeStore() throws Exception {
        store = new PrivateStore(directory);
    }

    private Map<String, Job> jobs(String expression) throws InterruptedException {
        Map<String, Job> jobs = new HashMap<>();
        EvaluationEnd end = new ReplEvaluator(store.nix, Launcher.HOST)
                .evaluate(EvaluationRequest.of(store.source(expression), "default.nix"), line -> {
                    if (line instanceof Job job) {
                        jobs.put(job.attr(), job);
                    }
                });
        assertThat(end).isInstanceOf(EvaluationEnd.Completed.class);
        return jobs;
    }

    private Realised build(String script) throws InterruptedException {
        return build(RealiseRequest.of(one(job("it", script))));
    }

    private String one(String derivation) throws InterruptedException {
        return jobs("{ it = " + derivation + "; }").get("it").drvPath();
    }

    private Realised build(RealiseRequest request) throws InterruptedException {
        return new Realiser(store.nix, Launcher.HOST).realise(request, heard);
    }

    private static Kind kind(Realised result) {
        assertThat(result).isInstanceOf(Failed.class);
        return ((Failed) result).kind();
    }

    @Test
    void whatIsBuiltIsThereWithItsLog() throws Exception {
        Map<String, Job> jobs = jobs("let base = " + job("base", "echo from base; echo b > $out") + "; in { top ="
                + " derivation { name = \"top\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; outputs = [ \"out\""
                + " \"dev\" ]; inherit base; args = [ \"-c\" \"read x < $base; echo $x > $out; echo dev > $dev; printf"
                + " 'no end'\" ]; }; }");
        Realised result = build(RealiseRequest.of(jobs.get("top").drvPath()));
        assertThat(result).isInstanceOf(Realised.Succeeded.class);
        assertThat(((Realised.Succeeded) result).outputs())
                .containsExactlyInAnyOrderElementsOf(jobs.get("top").outputs().values());
        assertThat(Files.readString(Path.of(jobs.get("top").outputs().get("out"))))
                .isEqualTo("b\n");
        assertThat(heard.log).containsExactly("from base", "no end");
        assertThat(heard.started).hasSize(2).isEqualTo(heard.ended);
        assertThat(build(RealiseRequest.of(jobs.get("top").drvPath())))
                .as("what is there is not built again")
                .isInstanceOf(Realised.Succeeded.class);
        assertThat(heard.started).hasSize(2);
    }

    @Test
    void eachKindOfFailureIsToldApart() throws Exception {
        Failed failed = (Failed) build("echo oops; exit 3");
        assertThat(failed.kind()).isEqualTo(Kind.BUILD_FAILED);
        assertThat(failed.message()).contains("failed with exit code 3").doesNotContain("\u001b");
        assertThat(heard.log).contains("oops");
        assertThat(kind(build("true"))).isEqualTo(Kind.OUTPUT_REJECTED);
        assertThat(kind(build(RealiseRequest.of(one(job("slow", "while :; do echo x; sleep 0.2; done")))
                        .within(Duration.ofSeconds(1), Duration.ZERO))))
                .isEqualTo(Kind.TIMED_OUT);
        assertThat(kind(build(RealiseRequest.of(one(job("silent", "sleep 60")))
                        .within(Duration.ZERO, Duration.ofSeconds(1)))))
                .isEqualTo(Kind.SILENT);
        assertThat(kind(build(RealiseRequest.of(one(job("loud", "while :; do echo xxxxxxxxxxxxxxxx; done")))
                        .printing(10_000))))
                .isEqualTo(Kind.LOG_LIMIT);
        assertThat(kind(build(RealiseRequest.of(one(
                        "derivation { name = \"sys\"; system = \"riscv64-linux\"; builder =" + " \"/bin/sh\"; }")))))
                .isEqualTo(Kind.UNSUPPORTED);
        assertThat(kind(build(RealiseRequest.of(one("derivation { name = \"fix\"; system = \"x86_64-linux\"; builder ="
                        + " \"/bin/sh\"; args = [ \"-c\" \"echo x > $out\" ]; outputHashAlgo = \"sha256\"; outputHash ="
                        + " \"0000000000000000000000000000000000000000000000000000\"; }")))))
                .isEqualTo(Kind.HASH_MISMATCH);
        assertThat(kind(build(RealiseRequest.of("/nowhere/x.drv")))).isEqualTo(Kind.INFRASTRUCTURE);
    }

    @Test
    void aDependencyThatFailsIsNamed() throws Exception {
        Map<String, Job> jobs =
                jobs("let bad = " + job("bad", "exit 1") + "; in { inherit bad; top = derivation { name ="
                        + " \"top\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; inherit bad; }; }");
        Failed failed = (Failed) build(RealiseRequest.of(jobs.get("top").drvPath()));
        assertThat(failed.kind()).isEqualTo(Kind.DEPENDENCY_FAILED);
        assertThat(failed.culprit()).isEqualTo(jobs.get("bad").drvPath());
    }

    @Test
    void aLogThatIsNoTextIsTaken() throws Exception {
        assertThat(build("printf '\\377\\376 raw \\0 bytes\\n'; echo after; echo > $out"))
                .isInstanceOf(Realised.Succeeded.class);
        assertThat(heard.log).hasSize(2).last().isEqualTo("after");
    }

    @Test
    void aCanceledBuildTakesItsBuilderWithIt() throws Exception {
        Path alive = store.directory.resolve("alive");
        String drv = one(job("long", "echo begun; echo $$ > " + alive + "; exec sleep 600"));
        var realiser = new Realiser(store.nix, Launcher.HOST);
        heard.onLog = () -> Thread.ofVirtual().start(realiser::cancel);
        var result = new AtomicReference<Realised>();
        result.set(realiser.realise(RealiseRequest.of(drv), heard));
        assertThat(kind(result.get())).isEqualTo(Kind.CANCELED);
        if (Files.exists(alive)) {
            long pid = Long.parseLong(Files.readString(alive).strip());
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aRebuildThatDiffersIsTold() throws Exception {
        String drv = one(job("random", "date +%N > $out"));
        assertThat(build(RealiseRequest.of(drv))).isInstanceOf(Realised.Succeeded.class);
        RealiseRequest again = new RealiseRequest(
                drv,
                Duration.ZERO,
                Duration.ZERO,
                RealiseRequest.USUAL_LOG,
                List.of(),
                java.util.Optional.empty(),
                true);
        assertThat(kind(build(again))).isEqualTo(Kind.NOT_DETERMINISTIC);
    }

    @Test
    void aRootKeepsTheOutput() throws Exception {
        Path root = Files.createDirectories(store.directory.resolve("roots")).resolve("it");
        String drv = one(job("kept", "echo > $out"));
        RealiseRequest request = new RealiseRequest(
                drv,
                Duration.ZERO,
                Duration.ZERO,
                RealiseRequest.USUAL_LOG,
                List.of(),
                java.util.Optional.of(root),
                false);
        assertThat(build(request)).isInstanceOf(Realised.Succeeded.class);
        assertThat(Files.readSymbolicLink(root).toString()).endsWith("-kept");
    }
}
