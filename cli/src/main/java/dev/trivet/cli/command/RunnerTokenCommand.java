package dev.trivet.cli.command;

import dev.trivet.accounts.NewRunnerToken;
import dev.trivet.accounts.RunnerToken;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code runner-token}: the credentials of remote runners. A token's text is shown once, when it is created. */
@Command(
        name = "runner-token",
        description = "Look after the tokens of a server's remote runners.",
        synopsisSubcommandLabel = "COMMAND")
final class RunnerTokenCommand extends CommandGroup {
    private final Surroundings surroundings;

    RunnerTokenCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Create a token and print its text, which cannot be had again.")
    int create(
            @Mixin AdministrationOptions options,
            @Parameters(paramLabel = "NAME", description = "What it is for, such as the name of the machine.")
                    String name)
            throws Exception {
        return options.withAccounts(surroundings, accounts -> {
            NewRunnerToken created = accounts.runnerTokens().create(name);
            if (options.json()) {
                Map<String, @Nullable Object> json = json(created.token());
                json.put("token", created.text());
                surroundings.output().json(json);
            } else {
                surroundings.output().line(created.text());
            }
            return ExitCode.SUCCESS;
        });
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List tokens.")
    int list(@Mixin AdministrationOptions options) throws Exception {
        return options.withAccounts(surroundings, accounts -> {
            List<RunnerToken> tokens = accounts.runnerTokens().list();
            if (options.json()) {
                List<Map<String, @Nullable Object>> all = new ArrayList<>();
                tokens.forEach(token -> all.add(json(token)));
                surroundings.output().json(all);
                return ExitCode.SUCCESS;
            }
            var table = new Table("ID", "NAME", "STATE", "LAST USED");
            for (RunnerToken token : tokens) {
                Object used = token.lastUsed() == null ? "never" : token.lastUsed();
                table.row(token.id(), token.name(), token.revoked() == null ? "valid" : "revoked", used);
            }
            surroundings.output().text(table.render(surroundings.output().colours()));
            return ExitCode.SUCCESS;
        });
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Make a token not count any more.")
    int revoke(
            @Mixin AdministrationOptions options,
            @Parameters(paramLabel = "ID", description = "Its number, from: trivet runner-token list") long id)
            throws Exception {
        return options.withAccounts(surroundings, accounts -> {
            accounts.runnerTokens().revoke(id);
            if (options.json()) {
                surroundings.output().json(Map.of("id", id, "revoked", true));
            } else {
                surroundings.output().line("runner token " + id + " does not count any more");
            }
            return ExitCode.SUCCESS;
        });
    }

    private static Map<String, @Nullable Object> json(RunnerToken token) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", token.id());
        json.put("name", token.name());
        json.put("created", token.created().toString());
        json.put("revoked", token.revoked() == null ? null : token.revoked().toString());
        json.put("last_used", token.lastUsed() == null ? null : token.lastUsed().toString());
        return json;
    }
}
