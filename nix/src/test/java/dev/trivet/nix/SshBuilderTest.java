package dev.trivet.nix;

import static dev.trivet.nix.PrivateStore.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.NixSpec;
import dev.trivet.nix.EvaluationLine.Job;
import dev.trivet.nix.Realised.Failed;
import dev.trivet.nix.Realised.Kind;
import dev.trivet.runner.NixWork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds on another machine, which is a real sshd on the loopback with a store behind it (spec circus section 5.3). */
class SshBuilderTest {
    @TempDir
    static Path directory;

    private static PrivateStore store;
    private static SshBuilder builder;

    private final Heard heard = new Heard();

    /** Keeps everything. */
    private static final class Heard implements BuildListener {
        final List<String> machines = new CopyOnWriteArrayList<>();
        final List<String> unreachable = new CopyOnWriteArrayList<>();
        final List<String> log = new CopyOnWriteArrayList<>();
        final List<String> ended = new CopyOnWriteArrayList<>();
        volatile Runnable onLog = () -> {};

        @Override
        public void started(String drvPath, @Nullable String machine) {
            machines.add(String.valueOf(machine));
        }

        @Override
        public void unreachable(String machine, String why) {
            unreachable.add(machine + ": " + why);
        }

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
    static void start() throws Exception {
        store = new PrivateStore(Files.createDirectory(directory.resolve("here")));
        builder = new SshBuilder(directory.toRealPath().resolve("there"), store);
    }

    @AfterAll
    static void stop() {
        builder.close();
    }

    private Nix nix(String port, String... more) {
        Map<String, String> environment = new HashMap<>(store.nix.environment());
        environment.put("NIX_SSHOPTS", "-F /dev/null -p " + port + " " + String.join(" ", more));
        return new Nix(
                store.nix.directory(),
                store.nix.version(),
                store.nix.storeDirectory(),
                store.nix.evalJobs(),
                environment);
    }

    private Nix nix() {
        return nix(Integer.toString(builder.port));
    }

    private static String one(String derivation) throws InterruptedException {
        List<Job> jobs = new ArrayList<>();
        new ReplEvaluator(store.nix, Launcher.HOST)
                .evaluate(
                        EvaluationRequest.of(store.source("{ it = " + derivation + "; }"), "default.nix"),
                        line -> jobs.add((Job) line));
        return jobs.getFirst().drvPath();
    }

    /** A derivation that copies what says where it is built. */
    private static String telling(String name) {
        return job(name, "echo hello; cat " + store.directory.resolve("where") + " > $out");
    }

    private Realised build(Nix nix, RealiseRequest request) throws InterruptedException {
        return new Realiser(nix, Launcher.HOST).realise(request, heard);
    }

    private Realised build(String drv, BuilderLine line) throws InterruptedException {
        return build(nix(), RealiseRequest.of(drv).on(List.of(line.line())));
    }

    private Realised build(String script) throws Exception {
        return build(one(job("it", script)), builder.line());
    }

    private static Kind kind(Realised result) {
        assertThat(result).isInstanceOf(Failed.class);
        return ((Failed) result).kind();
    }

    private static String output(Realised result) throws Exception {
        assertThat(result).as(result.toString()).isInstanceOf(Realised.Succeeded.class);
        return Files.readString(Path.of(((Realised.Succeeded) result).outputs().getFirst()));
    }

    @Test
    void itIsBuiltThereAndComesHere() throws Exception {
        Realised result = build(one(telling("there")), builder.line());
        assertThat(output(result)).isEqualTo("remote");
        assertThat(heard.machines).containsExactly(builder.uri());
        assertThat(heard.ended).hasSize(1);
        assertThat(heard.log).containsExactly("hello");
        String name = Path.of(((Realised.Succeeded) result).outputs().getFirst())
                .getFileName()
                .toString();
        assertThat(builder.directory.resolve("store").resolve(name)).exists();
    }

    @Test
    void theOlderProtocolDoesTheSame() throws Exception {
        String uri = "ssh://" + System.getProperty("user.name") + "@127.0.0.1?remote-program="
                + builder.directory.resolve("nix-store");
        BuilderLine line = builder.line(uri, builder.key, Optional.of(builder.hostKey()));
        assertThat(output(build(one(telling("older")), line))).isEqualTo("remote");
        assertThat(heard.machines).containsExactly(uri);
        assertThat(heard.log).containsExactly("hello");
        assertThat(kind(build(
                        nix(),
                        RealiseRequest.of(one(job("late", "sleep 60")))
                                .within(Duration.ofSeconds(1), Duration.ZERO)
                                .on(List.of(line.line())))))
                .isEqualTo(Kind.TIMED_OUT);
    }

    @Test
    void eachKindOfFailureIsToldApart() throws Exception {
        Failed failed = (Failed) build("echo oops; exit 3");
        assertThat(failed.kind()).isEqualTo(Kind.BUILD_FAILED);
        assertThat(failed.message()).contains("failed with exit code 3");
        assertThat(heard.log).containsExactly("oops");
        assertThat(kind(build("true"))).isEqualTo(Kind.OUTPUT_REJECTED);
        String dependent = one("derivation { name = \"top\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; bad = "
                + job("bad", "exit 1") + "; }");
        failed = (Failed) build(dependent, builder.line());
        assertThat(failed.kind()).isEqualTo(Kind.DEPENDENCY_FAILED);
        assertThat(failed.culprit()).endsWith("-bad.drv");
        String fixed = one("derivation { name = \"fix\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; args = ["
                + " \"-c\" \"echo x > $out\" ]; outputHashAlgo = \"sha256\"; outputHash ="
                + " \"0000000000000000000000000000000000000000000000000000\"; }");
        assertThat(kind(build(fixed, builder.line()))).isEqualTo(Kind.HASH_MISMATCH);
        String foreign = one("derivation { name = \"sys\"; system = \"riscv64-linux\"; builder = \"/bin/sh\"; }");
        assertThat(kind(build(foreign, builder.line()))).isEqualTo(Kind.UNSUPPORTED);
        assertThat(heard.unreachable).isEmpty();
    }

    @Test
    void boundsHoldThereToo() throws Exception {
        List<String> lines = List.of(builder.line().line());
        assertThat(kind(build(
                        nix(),
                        RealiseRequest.of(one(job("slow", "while :; do echo x; sleep 0.2; done")))
                                .within(Duration.ofSeconds(1), Duration.ofSeconds(10))
                                .on(lines))))
                .isEqualTo(Kind.TIMED_OUT);
        assertThat(kind(build(
                        nix(),
                        RealiseRequest.of(one(job("silent", "sleep 60")))
                                .within(Duration.ofSeconds(30), Duration.ofSeconds(1))
                                .on(lines))))
                .isEqualTo(Kind.SILENT);
        assertThat(kind(build(
                        nix(),
                        RealiseRequest.of(one(job("loud", "while :; do echo xxxxxxxxxxxxxxxx; done")))
                                .printing(10_000)
                                .on(lines))))
                .isEqualTo(Kind.LOG_LIMIT);
    }

    @Test
    void anUnreachableMachineIsNotTheBuildsFailure() throws Exception {
        String drv = one(telling("fallback"));
        Realised result =
                build(nix("1"), RealiseRequest.of(drv).on(List.of(builder.line().line())));
        assertThat(output(result)).isEqualTo("local");
        assertThat(heard.machines).containsExactly("null");
        assertThat(heard.unreachable)
                .singleElement()
                .asString()
                .startsWith(builder.uri() + ": ")
                .contains("Connection refused");
        // What cannot be built here waits for the machine.
        String foreign = one("derivation { name = \"far\"; system = \"riscv64-linux\"; builder = \"/bin/sh\"; }");
        BuilderLine line = new BuilderLine(
                builder.uri(),
                List.of("riscv64-linux"),
                Optional.of(builder.key.toString()),
                1,
                1,
                List.of(),
                List.of(),
                Optional.of(builder.hostKey()));
        assertThat(kind(build(nix("1"), RealiseRequest.of(foreign).on(List.of(line.line())))))
                .isEqualTo(Kind.INFRASTRUCTURE);
    }

    @Test
    void theNextMachineIsAsked() throws Exception {
        BuilderLine broken = builder.line(builder.uri() + "&x=1", builder.otherKey, Optional.of(builder.hostKey()));
        Realised result = build(
                nix(),
                RealiseRequest.of(one(telling("next")))
                        .on(List.of(broken.line(), builder.line().line())));
        assertThat(output(result)).isEqualTo("remote");
        assertThat(heard.machines).containsExactly(builder.uri());
    }

    @Test
    void aMachineWithAnotherKeyIsRefused() throws Exception {
        String other = Files.readString(builder.directory.resolve("other.pub"));
        assertThat(output(build(one(telling("wrong")), builder.line(builder.uri(), builder.key, Optional.of(other)))))
                .isEqualTo("local");
        assertThat(heard.unreachable).singleElement().asString().contains("Host key verification failed");
        assertThat(heard.machines).containsExactly("null");
    }

    @Test
    void withoutAKeyTheFirstOneCounts() throws Exception {
        Path known = builder.directory.resolve("known");
        Files.deleteIfExists(known);
        Nix nix = nix(Integer.toString(builder.port), "-o", "UserKnownHostsFile=" + known);
        List<String> lines = List.of(
                builder.line(builder.uri(), builder.key, Optional.empty()).line());
        assertThat(output(build(nix, RealiseRequest.of(one(telling("first"))).on(lines))))
                .isEqualTo("remote");
        assertThat(known).content().contains("127.0.0.1");
        String[] other =
                Files.readString(builder.directory.resolve("other.pub")).split(" ", -1);
        Files.writeString(known, "[127.0.0.1]:" + builder.port + " " + other[0] + " " + other[1] + "\n");
        assertThat(output(build(nix, RealiseRequest.of(one(telling("changed"))).on(lines))))
                .isEqualTo("local");
        assertThat(heard.unreachable).singleElement().asString().contains("Host key verification failed");
        Files.delete(known);
    }

    @Test
    void aMachineThatIsLostIsNotTheBuildsFailure() throws Exception {
        String drv = one(job("lost", "echo begun; sleep 60"));
        heard.onLog = builder::disconnect;
        Failed failed = (Failed) build(drv, builder.line());
        assertThat(heard.machines).as("without %s", heard.unreachable).containsExactly(builder.uri());
        assertThat(failed.kind()).isEqualTo(Kind.INFRASTRUCTURE);
        assertThat(failed.message()).contains("builder " + builder.uri() + " was lost");
        assertThat(heard.unreachable).singleElement().asString().startsWith(builder.uri() + ": ");
    }

    @Test
    void aCanceledBuildEndsThereToo() throws Exception {
        Path alive = builder.directory.resolve("alive");
        String drv = one(job("long", "echo $$ > " + alive + "; echo begun; exec sleep 600"));
        var realiser = new Realiser(nix(), Launcher.HOST);
        heard.onLog = () -> Thread.ofVirtual().start(realiser::cancel);
        assertThat(kind(realiser.realise(
                        RealiseRequest.of(drv).on(List.of(builder.line().line())), heard)))
                .isEqualTo(Kind.CANCELED);
        long pid = Long.parseLong(Files.readString(alive).strip());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
            assertThat(System.nanoTime()).as("time to end").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Test
    void aJobTellsWhereItWasBuilt() throws Exception {
        List<String> results = new ArrayList<>();
        var console = new NixWork.Console() {
            @Override
            public void say(String line) {}

            @Override
            public void result(String json) {
                results.add(json);
            }

            @Override
            public void onStop(Runnable stop) {}
        };
        var spec = new NixSpec.Build(
                one(telling("job")),
                Duration.ofMinutes(1),
                Duration.ZERO,
                1 << 20,
                List.of(
                        builder.line(builder.uri(), builder.otherKey, Optional.of(builder.hostKey()))
                                .line(),
                        builder.line().line()));
        var jobs = new NixJobs(nix(), Launcher.HOST, Launcher.HOST, directory, Clock.systemUTC());
        assertThat(jobs.run(spec, console)).isEqualTo(new NixWork.End.Passed());
        assertThat(results.stream().map(line -> Json.read(line, BuildResult.class)))
                .anyMatch(result -> result instanceof BuildResult.Started started
                        && builder.uri().equals(started.machine()))
                .last()
                .isEqualTo(new BuildResult.Verdict("succeeded", null, null));
    }
}
