package dev.trivet.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.SandboxSpec.Base;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** What every backend promises about commands, also the one without isolation. */
interface CommandContract {
    Rig rig();

    @Test
    default void tellsExitCodesApart() throws Exception {
        try (var sandbox = rig().open()) {
            for (int code : List.of(0, 1, 7, 127)) {
                assertThat(Rig.run(sandbox, Rig.root("exit " + code)).exit()).isEqualTo(new Exit.Code(code));
            }
            assertThat(Rig.run(sandbox, new Command(List.of("/no/such/program"), Map.of(), "/", "root"))
                            .exit())
                    .isEqualTo(new Exit.Code(127));
            assertThat(Rig.run(sandbox, new Command(List.of("/bin/true"), Map.of(), "/no/such/folder", "root"))
                            .exit())
                    .isEqualTo(new Exit.Code(126));
            assertThat(Rig.run(sandbox, Rig.root("kill -SEGV $$")).exit()).isEqualTo(new Exit.Signalled(11));
        }
    }

    @Test
    default void sendsSignalsToTheWholeGroup() throws Exception {
        try (var sandbox = rig().open()) {
            var polite = Rig.ready(sandbox, Rig.root("trap 'exit 42' TERM; sleep 1000 & echo ready; wait"));
            polite.signal(15);
            assertThat(Rig.await(polite)).isEqualTo(new Exit.Code(42));
            var plain = Rig.ready(sandbox, Rig.build("echo ready; exec sleep 1000"));
            plain.signal(2);
            assertThat(Rig.await(plain)).isEqualTo(new Exit.Signalled(2));
            assertThatThrownBy(() -> plain.signal(0)).hasMessageContaining("1 to 64");
        }
    }

    @Test
    default void keepsTenMegabytesInOrder() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var sandbox = rig().open()) {
            var execution = sandbox.start(
                    Rig.root(
                            "i=0; while [ $i -lt 10 ]; do seq -w 1 131072 >&$((1 + i % 2)); i=$((i + 1)); done; printf end"),
                    bytes::write);
            assertThat(Rig.await(execution)).isEqualTo(new Exit.Code(0));
        }
        var expected = new CRC32();
        for (int i = 0; i < 10; i++) {
            for (int n = 1; n <= 131_072; n++) {
                expected.update("%06d\n".formatted(n).getBytes(StandardCharsets.US_ASCII));
            }
        }
        expected.update("end".getBytes(StandardCharsets.US_ASCII));
        var seen = new CRC32();
        seen.update(bytes.toByteArray());
        assertThat(bytes.size()).isEqualTo(10 * 131_072 * 7 + 3);
        assertThat(seen.getValue()).isEqualTo(expected.getValue());
    }

    @Test
    default void passesBytesAsTheyAre() throws Exception {
        var input = new byte[256];
        for (int i = 0; i < input.length; i++) {
            input[i] = (byte) i;
        }
        var output = new ByteArrayOutputStream();
        try (var sandbox = rig().open()) {
            var execution = sandbox.start(Rig.root("cat"), output::write);
            execution.stdin().write(input);
            execution.stdin().close();
            assertThat(Rig.await(execution)).isEqualTo(new Exit.Code(0));
        }
        assertThat(output.toByteArray()).isEqualTo(input);
    }

    @Test
    default void passesArgumentsAndVariablesAsTheyAre() throws Exception {
        var odd = "a b\n$HOME \"'`*;-- ü\\";
        try (var sandbox = rig().open()) {
            var command = new Command(
                    List.of("/bin/sh", "-c", "printf '%s|%s|%s|' \"$0\" \"$1\" \"$ODD\"; pwd", odd, "--help"),
                    Map.of("ODD", odd),
                    "/tmp",
                    "root");
            assertThat(Rig.run(sandbox, command).words())
                    .isEqualTo(odd + "|--help|" + odd + "|" + sandbox.path("/tmp") + "\n");
        }
    }

    @Test
    default void endsWhileADaemonHoldsItsOutput() throws Exception {
        try (var sandbox = rig().open()) {
            long start = System.nanoTime();
            var said = Rig.run(sandbox, Rig.root("sleep 1000 & echo last"));
            assertThat(said).isEqualTo(new Rig.Said(new Exit.Code(0), "last\n"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    default void endsACommandWhoseSinkThrows() throws Exception {
        try (var sandbox = rig().open()) {
            var execution = sandbox.start(Rig.root("while :; do echo more; done"), (_, _, _) -> {
                throw new IOException("full");
            });
            assertThat(Rig.await(execution)).isEqualTo(new Exit.Signalled(9));
        }
    }

    @Test
    default void runsCommandsSideBySide() throws Exception {
        try (var sandbox = rig().open()) {
            var first = Rig.ready(sandbox, Rig.root("echo ready; read -r line; exit 3"));
            var second = Rig.ready(sandbox, Rig.build("echo ready; exec sleep 1000"));
            second.kill();
            assertThat(Rig.await(second)).isEqualTo(new Exit.Signalled(9));
            assertThat(first.exit().isDone()).isFalse();
            first.stdin().write('\n');
            first.stdin().flush();
            assertThat(Rig.await(first)).isEqualTo(new Exit.Code(3));
        }
    }

    @Test
    default void endsCommandsWhenClosed() throws Exception {
        var sandbox = rig().open();
        var execution = Rig.ready(sandbox, Rig.root("trap '' TERM; echo ready; while :; do sleep 1; done"));
        long start = System.nanoTime();
        sandbox.close();
        sandbox.close();
        var exit = execution.exit().get(2, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(exit).isInstanceOfAny(Exit.Lost.class, Exit.Signalled.class);
    }

    @Test
    default void outlivesTheThreadThatOpenedIt() throws Exception {
        var opened = new java.util.concurrent.CompletableFuture<dev.trivet.sandbox.Sandbox>();
        var spawner = Thread.ofPlatform().start(() -> {
            try {
                opened.complete(rig().open(new Base.Image("tools"), Limits.NONE));
            } catch (Exception e) {
                opened.completeExceptionally(e);
            }
        });
        spawner.join();
        try (var sandbox = opened.get()) {
            var started = new java.util.concurrent.CompletableFuture<dev.trivet.sandbox.Execution>();
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            started.complete(Rig.ready(sandbox, Rig.root("echo ready; read -r line; exit 5")));
                        } catch (Exception e) {
                            started.completeExceptionally(e);
                        }
                    })
                    .join();
            assertThat(Rig.say(sandbox, "echo lives")).isEqualTo("lives\n");
            started.get().stdin().close();
            assertThat(Rig.await(started.get())).isEqualTo(new Exit.Code(5));
        }
    }

    @Test
    default void refusesUnknownAccounts() throws Exception {
        try (var sandbox = rig().open()) {
            assertThatThrownBy(
                            () -> sandbox.start(new Command(List.of("true"), Map.of(), "/", "nobody"), (_, _, _) -> {}))
                    .hasMessageContaining("nobody");
        }
    }
}
