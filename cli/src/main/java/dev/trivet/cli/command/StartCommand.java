package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code start}: starts jobs that were submitted with {@code --no-execute}. */
@Command(name = "start", description = "Start jobs that wait for it (submit --no-execute).")
final class StartCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private ClientOptions server = new ClientOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(paramLabel = "ID", arity = "1..*", description = "The jobs.")
    private List<String> ids = List.of();

    StartCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        try (ApiClient client = server.connect(surroundings)) {
            for (String id : ids) {
                long number = JobAddress.id(id, server.address());
                client.start(number);
                if (json.wanted()) {
                    surroundings.output().jsonLine(Map.of("id", number, "status", "queued"));
                } else {
                    surroundings.output().line("#" + number + ": started");
                }
            }
        }
        return ExitCode.SUCCESS;
    }
}
