package dev.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.Settings;
import dev.trivet.server.TrivetServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Those who follow a build when its server is restarted. */
@ExtendWith(LiveServer.Extension.class)
@Timeout(180)
class RestartTest {
    @TempDir
    Path folder;

    @Test
    void followersGoOnWithEachLineOnce(LiveServer other) throws Exception {
        Files.createDirectory(folder.resolve("tree"));
        Path go = folder.resolve("tree/ci.json");
        Files.writeString(go, """
                {"version": "0", "steps": [
                  {"type": "command", "key": "count", "cmd": "for i in $(seq 400); do echo $i; sleep 0.01; done"},
                  {"type": "command", "key": "last", "cmd": "echo after; echo all", "builds_in": "count"}]}
                """);
        TrivetServer first = start("127.0.0.1:0", other);
        String listen = "127.0.0.1:" + first.address().getPort();
        Shell shell = new Shell(
                folder,
                Map.of(
                        "TRIVET_SERVER", first.address().toString(),
                        "TRIVET_TOKEN",
                                Files.readString(folder.resolve("data/admin-token"))
                                        .strip()));
        String page = shell.say("submit", "tree/ci.json").out().strip();
        var all = CompletableFuture.supplyAsync(() -> shell.say("logs", "-f", page));
        var one = CompletableFuture.supplyAsync(() -> shell.say("logs", "-f", page + "/jobs/count"));
        while (!shell.say("logs", page + "/jobs/count").out().contains("\n20\n")) {
            Thread.onSpinWait();
        }
        first.close();
        TrivetServer second = start(listen, other);
        try {
            assertThat(all.join().code()).as(all.join().all()).isZero();
            assertThat(all.join().err()).contains("Trying again");
            List<String> log =
                    shell.say("logs", page + "/jobs/count").out().lines().toList();
            // The job was begun anew, and its log has what both attempts wrote.
            assertThat(log).startsWith("1", "2", "3").endsWith("399", "400").hasSizeGreaterThan(420);
            assertThat(one.join().out().lines()).containsExactlyElementsOf(log);
            assertThat(all.join()
                            .out()
                            .lines()
                            .filter(line -> line.startsWith("count │ "))
                            .map(line -> line.substring("count │ ".length())))
                    .containsExactlyElementsOf(log);
            assertThat(all.join().out()).contains("last  │ after\nlast  │ all\n");
        } finally {
            second.close();
        }
    }

    private TrivetServer start(String listen, LiveServer other) throws Exception {
        return TrivetServer.start(
                Settings.read(
                        new Settings.Options(listen, folder.resolve("data"), null, null, Path.of(other.images()), true),
                        Map.of("TRIVET_SERVER_DRAIN_TIMEOUT", "0s")),
                Clock.systemUTC());
    }
}
