package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cancel}: asks for the end of jobs. One that cannot be cancelled does not keep the others. */
@Command(name = "cancel", description = "Cancel jobs.")
final class CancelCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private ClientOptions server = new ClientOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(paramLabel = "ID", arity = "1..*", description = "The jobs.")
    private List<String> ids = List.of();

    CancelCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        List<Long> numbers = new ArrayList<>();
        for (String id : ids) {
            numbers.add(JobAddress.id(id));
        }
        int code = ExitCode.SUCCESS;
        try (ApiClient client = server.connect(surroundings)) {
            for (long number : numbers) {
                code = ExitCode.worse(code, cancel(client, number));
            }
        }
        return code;
    }

    private int cancel(ApiClient client, long number) throws Exception {
        try {
            client.cancel(number);
        } catch (ApiException e) {
            surroundings.output().error("#" + number + ": " + e.getMessage());
            return ExitCode.FAILED;
        }
        if (json.wanted()) {
            surroundings.output().jsonLine(Map.of("id", number, "cancel", "requested"));
        } else {
            surroundings.output().line("#" + number + ": asked to stop");
        }
        return ExitCode.SUCCESS;
    }
}
