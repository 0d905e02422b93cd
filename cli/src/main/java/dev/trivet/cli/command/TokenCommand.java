package dev.trivet.cli.command;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.NewToken;
import dev.trivet.accounts.Token;
import dev.trivet.accounts.User;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code token}: the credentials of users. A token's text is shown once, when it is created. */
@Command(
        name = "token",
        description = "Look after the tokens of a server's users.",
        synopsisSubcommandLabel = "COMMAND")
final class TokenCommand extends CommandGroup {
    private static final Pattern LIFETIME = Pattern.compile("(\\d{1,6})([hdwy])");

    private final Surroundings surroundings;

    TokenCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Create a token and print its text, which cannot be had again.")
    int create(
            @Mixin AdministrationOptions options,
            @Option(
                            names = "--name",
                            paramLabel = "TEXT",
                            defaultValue = "command line",
                            description = "What it is for.")
                    String name,
            @Option(
                            names = "--grants",
                            paramLabel = "GRANTS",
                            defaultValue = "*",
                            description =
                                    "What it allows, such as 'srht/jobs:write srht/logs:read'; * (the default) is all that the user may.")
                    String grants,
            @Option(
                            names = "--expires",
                            paramLabel = "TIME",
                            description =
                                    "For how long it counts: a number and h, d, w or y, such as 90d (default: without end).")
                    @Nullable
                    String expires,
            @Parameters(paramLabel = "USER", description = "Whose it is.") String user)
            throws Exception {
        Grants allowed = grants(grants);
        Instant end = expires == null ? null : surroundings.clock().instant().plus(lifetime(expires));
        return options.withAccounts(surroundings, accounts -> {
            NewToken created = accounts.createToken(UserCommand.plain(user), name, allowed, end);
            if (options.json()) {
                Map<String, @Nullable Object> json = json(UserCommand.plain(user), created.token());
                json.put("token", created.text());
                surroundings.output().json(json);
            } else {
                surroundings.output().line(created.text());
            }
            return ExitCode.SUCCESS;
        });
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List tokens.")
    int list(
            @Mixin AdministrationOptions options,
            @Parameters(paramLabel = "USER", arity = "0..1", description = "Only of this user.") @Nullable String user)
            throws Exception {
        return options.withAccounts(surroundings, accounts -> {
            print(options, accounts, users(accounts, user));
            return ExitCode.SUCCESS;
        });
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Make a token not count any more.")
    int revoke(
            @Mixin AdministrationOptions options,
            @Parameters(paramLabel = "USER", description = "Whose it is.") String user,
            @Parameters(paramLabel = "ID", description = "Its number, from: trivet token list") long id)
            throws Exception {
        return options.withAccounts(surroundings, accounts -> {
            accounts.revokeToken(UserCommand.plain(user), id);
            if (options.json()) {
                surroundings.output().json(Map.of("id", id, "revoked", true));
            } else {
                surroundings.output().line("token " + id + " does not count any more");
            }
            return ExitCode.SUCCESS;
        });
    }

    private static List<String> users(Accounts accounts, @Nullable String user) {
        return user == null ? accounts.users().stream().map(User::username).toList() : List.of(UserCommand.plain(user));
    }

    private void print(AdministrationOptions options, Accounts accounts, List<String> users) {
        Output output = surroundings.output();
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        var table = new Table("ID", "USER", "NAME", "GRANTS", "STATE", "LAST USED");
        for (String user : users) {
            for (Token token : accounts.tokens(user)) {
                all.add(json(user, token));
                Object used = token.lastUsed() == null ? "never" : token.lastUsed();
                table.row(token.id(), user, token.name(), token.grants(), state(token), used);
            }
        }
        if (options.json()) {
            output.json(all);
        } else {
            output.text(table.render(output.colours()));
        }
    }

    private Object state(Token token) {
        Instant expires = token.expires();
        if (token.revoked() != null) {
            return Table.styled(Style.DIM, "revoked");
        }
        if (expires == null) {
            return Table.styled(Style.GREEN, "valid");
        }
        return expires.isAfter(surroundings.clock().instant())
                ? Table.styled(Style.GREEN, "valid until " + expires)
                : Table.styled(Style.DIM, "expired");
    }

    private static Map<String, @Nullable Object> json(String user, Token token) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", token.id());
        json.put("user", user);
        json.put("name", token.name());
        json.put("grants", token.grants().toString());
        json.put("created", token.created().toString());
        json.put("expires", text(token.expires()));
        json.put("revoked", text(token.revoked()));
        json.put("last_used", text(token.lastUsed()));
        return json;
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static Grants grants(String text) throws CommandException {
        try {
            return Grants.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private static Duration lifetime(String text) throws CommandException {
        Matcher matcher = LIFETIME.matcher(text);
        if (!matcher.matches()) {
            throw CommandException.usage("'" + text + "' is no time: write a number and h, d, w or y, such as 90d");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            case "w" -> Duration.ofDays(7 * number);
            default -> Duration.ofDays(365 * number);
        };
    }
}
