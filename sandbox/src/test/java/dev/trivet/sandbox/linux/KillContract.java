package dev.trivet.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxSpec.Base;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Everything ends when it is to end. */
interface KillContract {
    /** Ignores TERM, leaves its session and its parent. */
    String STUBBORN =
            "for i in 1 2 3; do setsid sh -c \"trap '' TERM HUP INT; (sleep 4711 & sleep 4712) & sleep 4713\" & done; ";

    Rig rig();

    @Test
    default void killsWithinASecondWhateverWasStarted() throws Exception {
        try (var sandbox = rig().open()) {
            var quickest = Duration.ofDays(1);
            // A busy machine may be late once or twice.
            for (int i = 0; i < 5 && quickest.compareTo(Duration.ofSeconds(1)) > 0; i++) {
                var took = kill(sandbox);
                quickest = took.compareTo(quickest) < 0 ? took : quickest;
            }
            assertThat(quickest).isLessThan(Duration.ofSeconds(1));
            assertThat(Rig.say(sandbox, "echo lives")).isEqualTo("lives\n");
        }
    }

    private static Duration kill(Sandbox sandbox) throws Exception {
        var script = STUBBORN + "sleep 0.1; echo ready; trap '' TERM; while :; do sleep 1; done";
        var execution = Rig.ready(sandbox, Rig.build(script));
        Rig.until(Duration.ofSeconds(5), "all sleep", () -> unchecked(() -> sleepers(sandbox)) == 9);
        long start = System.nanoTime();
        execution.kill();
        assertThat(Rig.await(execution)).isEqualTo(new Exit.Signalled(9));
        var took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(sleepers(sandbox)).isZero();
        return took;
    }

    @Test
    default void killsACommandThatHasHardlyBegun() throws Exception {
        try (var sandbox = rig().open()) {
            for (int i = 0; i < 5; i++) {
                var execution = sandbox.start(Rig.root("sleep 4711"), (_, _, _) -> {});
                Thread.sleep(i * 3L);
                execution.kill();
                assertThat(Rig.await(execution)).isEqualTo(new Exit.Signalled(9));
                Rig.until(Duration.ofSeconds(1), "nothing sleeps", () -> unchecked(() -> sleepers(sandbox)) == 0);
            }
        }
    }

    private static int sleepers(Sandbox sandbox) throws Exception {
        return Integer.parseInt(Rig.say(
                        sandbox,
                        "n=0; for p in /proc/[0-9]*; do case $(tr '\\0' ' ' <$p/cmdline) in 'sleep 471'*) n=$((n + 1)); esac; done 2>/dev/null; echo $n")
                .strip());
    }

    private static <T> T unchecked(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    default void leavesNoNamespaceBehind() throws Exception {
        var before = Leftovers.namespaces("net");
        var sandbox = rig().open();
        Rig.run(sandbox, Rig.build(STUBBORN));
        assertThat(Leftovers.namespaces("net").size()).isGreaterThan(before.size());
        sandbox.close();
        Rig.until(Duration.ofSeconds(2), "namespaces are gone", () -> before.containsAll(Leftovers.namespaces("net")));
        // What deletes the files in the background may still be at it.
        Rig.until(
                Duration.ofSeconds(5),
                "processes are gone",
                () -> rig().processes().isEmpty());
    }

    @Test
    default void runsFortyJobsAtFourInParallel() throws Exception {
        try (var four = Executors.newFixedThreadPool(4)) {
            var jobs = IntStream.range(0, 40).<Callable<String>>mapToObj(i -> () -> {
                try (var sandbox = rig().open(new Base.Image(i % 2 == 0 ? "tools" : "busybox"), Limits.NONE)) {
                    return Rig.say(sandbox, "echo " + i + " >/tmp/n; cat /tmp/n")
                            .strip();
                }
            });
            var said = four.invokeAll(jobs.toList());
            for (int i = 0; i < said.size(); i++) {
                assertThat(said.get(i).get()).isEqualTo(String.valueOf(i));
            }
        }
    }

    /** Not a bound, a report: how long a first byte takes. */
    @Test
    default void opensQuickly() throws Exception {
        var millis = new long[20];
        for (int i = 0; i < millis.length; i++) {
            long start = System.nanoTime();
            try (var sandbox = rig().open()) {
                var first = new java.util.concurrent.CompletableFuture<Long>();
                var execution = sandbox.start(Rig.root("echo x"), (_, _, _) -> first.complete(System.nanoTime()));
                millis[i] = (first.get() - start) / 100_000;
                Rig.await(execution);
            }
        }
        java.util.Arrays.sort(millis);
        System.out.printf(
                "%s: open and first byte p50 %.1f ms, p95 %.1f ms%n", rig(), millis[10] / 10.0, millis[18] / 10.0);
        assertThat(millis[10]).isLessThan(10_000);
    }
}
