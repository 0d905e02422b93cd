package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Grants;
import dev.trivet.server.CircusClient.Answer;
import dev.trivet.store.TestPrograms;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** A server with an administrator, and the people that its tests need. */
final class CircusPeople implements AutoCloseable {
    static final String PASSWORD = "Correct-Horse-1";
    private static final String TOKEN = "the-administrators-token-of-this-test";

    final TrivetServer server;
    final CircusClient admin;
    final CircusClient anonymous;
    private final Settings settings;
    private final AtomicInteger number = new AtomicInteger();

    private CircusPeople(Settings settings) throws Exception {
        this.settings = settings;
        this.server = TrivetServer.start(settings, Clock.systemUTC());
        this.admin = new CircusClient(server.address(), TOKEN);
        this.anonymous = admin.as(null);
    }

    /** @param further variables of the environment */
    static CircusPeople start(Path directory, Map<String, String> further) throws Exception {
        return start(directory, further, Settings.Options.NONE);
    }

    static CircusPeople start(Path directory, Map<String, String> further, Settings.Options options) throws Exception {
        Map<String, String> environment = new HashMap<>(further);
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put(
                "TRIVET_DATA", TestPrograms.in(directory.resolve("data")).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        return new CircusPeople(Settings.read(options, environment));
    }

    @Override
    public void close() {
        admin.close();
        server.close();
    }

    /** The server's storage, for what cannot be done by the API. */
    Storage visit() throws Exception {
        return Storage.visit(settings);
    }

    /** The text of a new API key with this role. */
    String key(String role) throws Exception {
        Answer made = admin.post("api-keys", Map.of("name", "of " + role, "role", role));
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return made.json().get("key").asString();
    }

    /** A name that nobody has. */
    String fresh(String name) {
        return name + number.incrementAndGet();
    }

    /** A new user with the password. */
    JsonNode user(String username) throws Exception {
        Answer made = admin.post(
                "users", Map.of("username", username, "email", username + "@example.org", "password", PASSWORD));
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return made.json();
    }

    /** A client of this user, with a token for everything. */
    CircusClient as(String username) throws Exception {
        return admin.as(token(username, Grants.ALL));
    }

    String token(String username, Grants grants) throws Exception {
        try (Storage storage = visit()) {
            var accounts = new Accounts(storage.database(), Clock.systemUTC());
            return accounts.createToken(username, "test", grants, null).text();
        }
    }

    /** What the audit log has of this action, newest first. */
    List<JsonNode> audit(String action) throws Exception {
        Answer log = admin.get("admin/audit-log?limit=500");
        assertThat(log.status()).as(log.body()).isEqualTo(200);
        return log.json()
                .get("items")
                .valueStream()
                .filter(entry -> entry.get("action").asString().equals(action))
                .toList();
    }
}
