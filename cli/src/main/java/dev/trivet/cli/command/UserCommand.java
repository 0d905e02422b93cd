package dev.trivet.cli.command;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.User;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code user}: who has an account. Works on the database of a server, whether it is at work or not. */
@Command(
        name = "user",
        description = "Look after the users of a server of this machine.",
        synopsisSubcommandLabel = "COMMAND")
final class UserCommand extends CommandGroup {
    private static final String NAME = "The user's name, without the ~.";

    private final Surroundings surroundings;

    UserCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Create a user. Tokens come from: trivet token create")
    int add(
            @Mixin AdministrationOptions options,
            @Option(
                            names = "--email",
                            paramLabel = "ADDRESS",
                            description = "Where notes go (default: NAME@localhost).")
                    @Nullable
                    String email,
            @Option(names = "--admin", description = "May administer.") boolean administrator,
            @Parameters(paramLabel = "NAME", description = NAME) String name)
            throws Exception {
        return options.withAccounts(surroundings, accounts -> {
            String address = email == null ? plain(name) + "@localhost" : email;
            User user = accounts.createUser(plain(name), address, administrator);
            return told(options, user, "created " + user.canonicalName());
        });
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the users.")
    int list(@Mixin AdministrationOptions options) throws Exception {
        return options.withAccounts(surroundings, accounts -> {
            print(options, accounts.users());
            return ExitCode.SUCCESS;
        });
    }

    @Command(
            name = "suspend",
            mixinStandardHelpOptions = true,
            description = "Make no token of a user count, from now on.")
    int suspend(@Mixin AdministrationOptions options, @Parameters(paramLabel = "NAME", description = NAME) String name)
            throws Exception {
        return change(options, name, "suspended", Accounts::suspend);
    }

    @Command(
            name = "reinstate",
            mixinStandardHelpOptions = true,
            description = "Make a suspended user's tokens count again.")
    int reinstate(
            @Mixin AdministrationOptions options, @Parameters(paramLabel = "NAME", description = NAME) String name)
            throws Exception {
        return change(options, name, "reinstated", Accounts::reinstate);
    }

    @Command(name = "promote", mixinStandardHelpOptions = true, description = "Make a user an administrator.")
    int promote(@Mixin AdministrationOptions options, @Parameters(paramLabel = "NAME", description = NAME) String name)
            throws Exception {
        return change(options, name, "promoted", (accounts, user) -> accounts.setAdministrator(user, true));
    }

    @Command(name = "demote", mixinStandardHelpOptions = true, description = "Make a user no administrator any more.")
    int demote(@Mixin AdministrationOptions options, @Parameters(paramLabel = "NAME", description = NAME) String name)
            throws Exception {
        return change(options, name, "demoted", (accounts, user) -> accounts.setAdministrator(user, false));
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a user to whom nothing belongs any more.")
    int delete(@Mixin AdministrationOptions options, @Parameters(paramLabel = "NAME", description = NAME) String name)
            throws Exception {
        return options.withAccounts(surroundings, accounts -> {
            accounts.delete(plain(name));
            return told(options, Map.of("username", plain(name), "deleted", true), "deleted ~" + plain(name));
        });
    }

    private interface Change {
        void on(Accounts accounts, String name);
    }

    private int change(AdministrationOptions options, String name, String done, Change change) throws Exception {
        return options.withAccounts(surroundings, accounts -> {
            change.on(accounts, plain(name));
            User user = accounts.user(plain(name)).orElseThrow();
            return told(options, user, done + " " + user.canonicalName());
        });
    }

    private int told(AdministrationOptions options, User user, String words) {
        return told(options, json(user), words);
    }

    private int told(AdministrationOptions options, Map<String, ?> json, String words) {
        if (options.json()) {
            surroundings.output().json(json);
        } else {
            surroundings.output().line(words);
        }
        return ExitCode.SUCCESS;
    }

    private void print(AdministrationOptions options, List<User> users) {
        Output output = surroundings.output();
        if (options.json()) {
            output.json(users.stream().map(UserCommand::json).toList());
            return;
        }
        var table = new Table("NAME", "EMAIL", "STATE", "CREATED");
        for (User user : users) {
            table.row(
                    user.username(),
                    user.email(),
                    user.isSuspended()
                            ? Table.styled(Style.RED, "suspended")
                            : user.administrator() ? Table.styled(Style.BOLD, "administrator") : "user",
                    user.created());
        }
        output.text(table.render(output.colours()));
    }

    private static Map<String, @Nullable Object> json(User user) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", user.id());
        json.put("username", user.username());
        json.put("email", user.email());
        json.put("administrator", user.administrator());
        json.put("suspended", user.suspended() == null ? null : user.suspended().toString());
        json.put("created", user.created().toString());
        return json;
    }

    /** People write {@code ~name} too. */
    static String plain(String name) {
        return name.startsWith("~") ? name.substring(1) : name;
    }
}
