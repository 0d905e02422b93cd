package dev.trivet.circus;

import dev.trivet.accounts.AccountException;
import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.PasswordSignIn;
import dev.trivet.accounts.User;
import dev.trivet.circus.Users.Edit;
import dev.trivet.http.HttpException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sees to it that the users and API keys exist that the configuration names (spec section 12.3); doing it again changes nothing. What is
 * wrong with one of them is logged, and that one left out; only a database that fails is thrown on.
 */
final class DeclaredPeople {
    private static final Logger log = LoggerFactory.getLogger(DeclaredPeople.class);

    private final Accounts accounts;
    private final Users users;
    private final ApiKeys keys;
    private final PersonRules rules;
    private final PasswordSignIn passwords;

    DeclaredPeople(Accounts accounts, Users users, ApiKeys keys, PersonRules rules, PasswordSignIn passwords) {
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.users = Objects.requireNonNull(users, "users is null");
        this.keys = Objects.requireNonNull(keys, "keys is null");
        this.rules = Objects.requireNonNull(rules, "rules is null");
        this.passwords = Objects.requireNonNull(passwords, "passwords is null");
    }

    /** @param declared the whole of {@code [declarative]} */
    void apply(JsonNode declared) {
        each(declared, "users", "username", this::user);
        each(declared, "api_keys", "name", this::key);
    }

    private interface Declaration {
        void apply(SentJson said) throws IOException;
    }

    private static void each(JsonNode declared, String list, String name, Declaration declaration) {
        for (JsonNode item : declared.path(list)) {
            String called = list + " " + item.path(name).asString("without a name");
            try {
                if (!(item instanceof ObjectNode said)) {
                    throw new IOException("it is no table");
                }
                declaration.apply(new SentJson(said));
            } catch (HttpException | AccountException | IOException e) {
                log.warn("[declarative] {} is left out: {}", called, e.getMessage());
            }
        }
    }

    private void user(SentJson said) throws IOException {
        String username = rules.username(said.requiredText("username"));
        String email = rules.email(said.requiredText("email"));
        String fullName = rules.fullName(said.text("full_name").orElse(""));
        Role role = rules.role(said.text("role").orElse(Role.READ_ONLY.wireName()));
        boolean enabled = said.flag("enabled").orElse(true);
        Optional<String> password = secret(said, "password").map(rules::password);
        Optional<User> known = accounts.user(username);
        User user;
        if (known.isPresent()) {
            user = known.get();
        } else if (password.isPresent()) {
            user = users.create(username, email, fullName, password.get(), role, (handle, created) -> {});
        } else {
            throw new IOException("a new user needs a password or a password_file");
        }
        // A password that is the same ends no sessions.
        String changed =
                password.filter(text -> !passwords.passwordIs(user, text)).orElse(null);
        users.change(user.id(), new Edit(email, fullName, changed, role, enabled, null), null, (handle, after) -> {});
    }

    private void key(SentJson said) throws IOException {
        String name = said.requiredText("name");
        Role role = rules.role(said.text("role").orElse(Role.READ_ONLY.wireName()));
        String text = secret(said, "key").orElseThrow(() -> new IOException("it needs a key or a key_file"));
        if (text.isEmpty() || text.length() > 4096 || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IOException("a key is 1 to 4096 visible ASCII characters without spaces");
        }
        keys.declare(name, text, role);
    }

    private static Optional<String> secret(SentJson said, String name) throws IOException {
        Optional<String> plain = said.text(name);
        Optional<String> file = said.text(name + "_file");
        return plain.isPresent() || file.isEmpty()
                ? plain
                : Optional.of(SecretFile.read(file.get(), System.getenv(), Path.of(System.getProperty("user.home"))));
    }
}
