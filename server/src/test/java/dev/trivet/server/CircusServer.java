package dev.trivet.server;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.User;
import dev.trivet.store.Database;
import dev.trivet.store.TestPrograms;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.HandleCallback;

/** A running server with clients of each role, and its database. */
final class CircusServer implements AutoCloseable {
    private static final String TOKEN = "the-administrators-token-of-this-test";

    private final TrivetServer server;
    private final Storage storage;
    private final Accounts accounts;
    private final CircusClient admin;

    /** @param more of the environment, beyond what a test needs anyway */
    CircusServer(Path directory, Map<String, String> more) throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_LISTEN", "127.0.0.1:0");
        environment.put(
                "TRIVET_DATA", TestPrograms.in(directory.resolve("data")).toString());
        environment.put("TRIVET_ADMIN_TOKEN", TOKEN);
        environment.put("TRIVET_SERVER_DRAIN_TIMEOUT", "0s");
        // Who tests evaluations says so.
        environment.put("TRIVET_EVALUATOR_MAX_CONCURRENT_EVALS", "0");
        environment.putAll(more);
        Settings settings = Settings.read(Settings.Options.NONE, environment);
        this.server = TrivetServer.start(settings, Clock.systemUTC());
        this.storage = Storage.visit(settings);
        this.accounts = new Accounts(storage.database(), Clock.systemUTC());
        this.admin = new CircusClient(server.address(), TOKEN);
    }

    URI address() {
        return server.address();
    }

    CircusClient admin() {
        return admin;
    }

    CircusClient anonymous() {
        return admin.as(null);
    }

    /** A token with that role and no other. It is an administrator's, so that the user does not bound it. */
    CircusClient having(String role) {
        String user = accounts.users().stream()
                .filter(User::administrator)
                .findFirst()
                .orElseThrow()
                .username();
        return admin.as(accounts.createToken(user, "test", Grants.parse("circus/" + role + ":write"), null)
                .text());
    }

    /** The statuses of an evaluation's builds, by name. */
    Map<String, String> statuses(String evaluation) throws Exception {
        Map<String, String> statuses = new TreeMap<>();
        CircusAnswers.ok(admin.get("builds?limit=200&evaluation_id=" + evaluation))
                .get("items")
                .forEach(build -> statuses.put(
                        build.get("job_name").asString(), build.get("status").asString()));
        return statuses;
    }

    Database database() {
        return storage.database();
    }

    <T> T sql(HandleCallback<T, RuntimeException> work) {
        return storage.database().write(work);
    }

    @Override
    public void close() throws Exception {
        admin.close();
        storage.close();
        server.close();
    }
}
