package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.pipeline.NamedBuild;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cancel}: asks for the end of jobs and builds. One that cannot be cancelled does not keep the others. */
@Command(name = "cancel", description = "Cancel jobs and builds.")
final class CancelCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private ClientOptions server = new ClientOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(paramLabel = "ID", arity = "1..*", description = Target.DESCRIPTION)
    private List<String> ids = List.of();

    CancelCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        List<Target> targets = new ArrayList<>();
        for (String id : ids) {
            targets.add(target(id));
        }
        int code = ExitCode.SUCCESS;
        try (ApiClient client = server.connect(surroundings)) {
            for (Target target : targets) {
                code = ExitCode.worse(code, cancel(client, target));
            }
        }
        return code;
    }

    private Target target(String text) throws CommandException {
        Target target = Target.parse(text, server.address());
        if (target instanceof Target.Pipeline(NamedBuild named) && named.job().isPresent()) {
            throw CommandException.usage(
                    "one job of a build cannot be cancelled alone; this cancels all of it: " + named.build());
        }
        return target;
    }

    private int cancel(ApiClient client, Target target) throws Exception {
        String shown = switch (target) {
            case Target.Manifest job -> "#" + job.id();
            case Target.Pipeline build -> build.named().toString();
        };
        try {
            switch (target) {
                case Target.Manifest job -> client.cancel(job.id());
                case Target.Pipeline build ->
                    new BuildClient(client).cancel(build.named().build());
            }
        } catch (ApiException e) {
            surroundings.output().error(shown + ": " + e.getMessage());
            return ExitCode.FAILED;
        }
        if (json.wanted()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("id", target instanceof Target.Manifest job ? job.id() : shown);
            answer.put("cancel", "requested");
            surroundings.output().jsonLine(answer);
        } else {
            surroundings.output().line(shown + ": asked to stop");
        }
        return ExitCode.SUCCESS;
    }
}
