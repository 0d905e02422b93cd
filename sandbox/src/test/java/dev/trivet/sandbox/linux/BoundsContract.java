package dev.trivet.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.SandboxSpec.Base;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Bounds on memory, processes, processors and disk. */
interface BoundsContract {
    long MEBIBYTE = 1 << 20;
    /** Grows by a mebibyte at a time until it has 512. */
    String EAT =
            "exec perl -e '$| = 1; for (1 .. 512) { push @a, chr(65 + $_ % 26) x (1 << 20); } print \"ate all\\n\"; sleep 20'";

    Rig rig();

    @Test
    default void endsACommandThatEatsTooMuch() throws Exception {
        try (var sandbox = rig().open(new Base.Image("tools"), new Limits(0, 64 * MEBIBYTE, 0, 0, null, null, 0))) {
            assertThat(Rig.run(sandbox, Rig.build(EAT)).exit()).isEqualTo(new Exit.OutOfMemory());
            assertThat(sandbox.usage().outOfMemoryKills()).isPositive();
            assertThat(sandbox.usage().memoryPeakBytes()).isGreaterThan(32 * MEBIBYTE);
        }
    }

    @Test
    default void boundsAForkBomb() throws Exception {
        try (var sandbox = rig().open(new Base.Image("tools"), new Limits(0, 0, 40, 0, null, null, 0))) {
            // A shell that cannot fork ends, and would leave the sleepers: the first one must become something else.
            var bomb = sandbox.start(
                    Rig.build("command eval 'while :; do (while :; do sleep 100 & done) & done'; exec sleep 100"),
                    (_, _, _) -> {});
            int most = 0;
            long end = System.nanoTime() + Duration.ofMillis(700).toNanos();
            while (System.nanoTime() < end && !bomb.exit().isDone()) {
                most = Math.max(most, sandboxProcesses());
                Thread.sleep(20);
            }
            assertThat(most).isBetween(1, 40 + 3 * CgroupFiles.OWN_PROCESSES);
            assertThat(bomb.exit()).isNotDone();
            bomb.kill();
            Rig.await(bomb);
            assertThat(Rig.say(sandbox, "echo lives")).isEqualTo("lives\n");
        }
    }

    private int sandboxProcesses() {
        int count = 0;
        for (var process : ProcessHandle.allProcesses().toList()) {
            if (process.info().command().orElse("").endsWith("sleep")) {
                count++;
            }
        }
        return count;
    }

    @Test
    default void endsACommandThatWritesTooMuch() throws Exception {
        try (var sandbox = rig().open(new Base.Image("tools"), new Limits(0, 0, 0, 16 * MEBIBYTE, null, null, 0))) {
            var said = Rig.run(
                    sandbox,
                    Rig.build(
                            "i=0; while [ $i -lt 600 ]; do head -c 1048576 /dev/zero >>big || exit 3; i=$((i+1)); done; sleep 20"));
            assertThat(said.exit()).isEqualTo(new Exit.DiskFull(16 * MEBIBYTE));
            assertThat(sandbox.usage().diskBytes()).isGreaterThan(16 * MEBIBYTE);
        }
    }

    @Test
    default void keepsTheProcessorBound() throws Exception {
        try (var sandbox = rig().open(new Base.Image("tools"), new Limits(0.2, 0, 0, 0, null, null, 0))) {
            assertThat(Rig.run(sandbox, Rig.build("timeout 0.6 sh -c 'while :; do :; done'"))
                            .exit())
                    .isEqualTo(new Exit.Code(124));
            if (rig().hasGroups()) {
                // Unbound it would be 600 and more; a busy machine accounts for some more than was given.
                assertThat(sandbox.usage().cpuMillis()).isBetween(50L, 500L);
            } else {
                assertThat(sandbox.usage().cpuMillis()).isZero();
            }
        }
    }
}
