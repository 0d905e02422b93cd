package dev.trivet.cli.command;

import dev.trivet.cli.house.House;
import dev.trivet.cli.house.RunningServer;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.server.Settings;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: the server, until SIGTERM or Ctrl-C; it then lets go of its work in order and exits with 0. */
@Command(
        name = "serve",
        description = "Run the server until it gets SIGTERM (or Ctrl-C), which lets it end in order.",
        footer = {
            "",
            "Every option may stand in the environment too: TRIVET_LISTEN, TRIVET_DATA, TRIVET_DATABASE, TRIVET_CONFIG."
        })
final class ServeCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    private final House house;

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where to answer (default: 127.0.0.1:8080). Port 0 takes any free one.")
    private @Nullable String listen;

    ServeCommand(Surroundings surroundings, House house) {
        this.surroundings = surroundings;
        this.house = house;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = storage.settings(surroundings, listen);
        var stop = new CountDownLatch(1);
        try (Interruption interruption = Interruption.watch(surroundings.output());
                RunningServer server = house.serve(settings)) {
            interruption.stopsBy(stop::countDown);
            announce(server, settings);
            stop.await();
            surroundings.output().say("stopping");
        }
        return ExitCode.SUCCESS;
    }

    private void announce(RunningServer server, Settings settings) {
        if (json.wanted()) {
            surroundings.output().jsonLine(Map.of("address", server.address().toString()));
            return;
        }
        surroundings.output().say("Trivet answers at " + server.address());
        if (settings.adminToken().isEmpty()) {
            if (server.adminTokenIsNew()) {
                server.adminToken()
                        .ifPresent(token ->
                                surroundings.output().say("The administrator's token, shown this once: " + token));
            }
            surroundings
                    .output()
                    .say("The administrator's token is in " + settings.data().resolve(ClientOptions.ADMIN_TOKEN));
        }
    }
}
