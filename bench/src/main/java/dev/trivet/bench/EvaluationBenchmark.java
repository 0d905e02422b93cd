package dev.trivet.bench;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.state.JobEvent;
import dev.trivet.engine.AttemptRef;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Lease;
import dev.trivet.runner.HostReadings;
import dev.trivet.runner.HttpLink;
import dev.trivet.runner.Wire;
import dev.trivet.server.Settings;
import dev.trivet.server.Storage;
import dev.trivet.server.TrivetServer;
import dev.trivet.store.Database;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What an evaluation finds on its way into the database and onto the engine, while its builds are taken; against one statement that writes as
 * many rows of builds and nothing else.
 */
final class EvaluationBenchmark implements Benchmark {
    private static final String TOKEN = "the-token-of-the-benchmark";
    private static final int CHUNK = 1 << 20;
    private static final long MOST = 1L << 40;
    private static final int INPUTS = 10;
    private static final double BUDGET_MILLIS = 5000;

    @Override
    public String name() {
        return "evaluation";
    }

    @Override
    public String description() {
        return "results of an evaluation taken in while its builds are taken, against a bulk insert of their rows";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        int lines = sizes.of("lines", 50_000);
        Path directory = scratch.directory("server");
        Settings settings = Settings.read(
                Settings.Options.NONE,
                Map.of(
                        "TRIVET_LISTEN", "127.0.0.1:0",
                        "TRIVET_DATA", directory.resolve("data").toString(),
                        "TRIVET_ADMIN_TOKEN", TOKEN,
                        "TRIVET_RUNNER_EMBEDDED", "false",
                        "TRIVET_SERVER_DRAIN_TIMEOUT", "0s"));
        try (TrivetServer server = TrivetServer.start(settings, Clock.systemUTC());
                HttpClient http = HttpClient.newHttpClient();
                Storage storage = Storage.visit(settings)) {
            var api = new Api(http, server.address());
            String token = api.post("/api/runner/v1/tokens", Map.of("name", "bench"), "token");
            String project =
                    api.post("/api/v1/projects", Map.of("name", "p", "repository_url", "https://example.org/p"), "id");
            String jobset = api.post(
                    "/api/v1/projects/" + project + "/jobsets", Map.of("name", "j", "nix_expression", "x.nix"), "id");
            try (var evaluator = new Nixless(server.address(), token, directory, 1);
                    var builder = new Nixless(server.address(), token, directory, 4)) {
                String evaluation = api.post(
                        "/api/v1/evaluations/trigger",
                        Map.of("jobset_id", jobset, "commit_hash", "a".repeat(40)),
                        "id");
                Lease lease = evaluator.claim();
                AtomicInteger begun = new AtomicInteger();
                var going = new AtomicBoolean(true);
                Thread building = Thread.ofVirtual().start(() -> builder.build(begun, going));
                long from = System.nanoTime();
                evaluator.say(lease, lines);
                evaluator.pass(lease);
                awaitBuilds(storage.database(), evaluation, lines);
                double taken = (System.nanoTime() - from) / 1e6;
                int meanwhile = begun.get();
                awaitEnd(storage.database(), evaluation);
                double fed = (System.nanoTime() - from) / 1e6;
                going.set(false);
                building.join();
                double written = insert(storage.database(), evaluation, lines);
                return new Table()
                        .against(
                                String.format("%,d lines, against a bulk insert of as many builds", lines),
                                taken,
                                "ms",
                                written,
                                Budget.NONE)
                        .value("50,000 of them", taken * 50_000 / lines, "ms", Budget.atMost(BUDGET_MILLIS))
                        .value("builds begun meanwhile", meanwhile, "", Budget.atLeast(1))
                        .value("all of them on the engine", fed, "ms", Budget.NONE);
            }
        }
    }

    private static void awaitBuilds(Database database, String evaluation, int count) {
        while (count
                > database.<Integer, RuntimeException>read(handle -> handle.createQuery(
                                "select count(*) from circus.builds where evaluation_id = cast(:id as uuid)")
                        .bind("id", evaluation)
                        .mapTo(Integer.class)
                        .one())) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static void awaitEnd(Database database, String evaluation) {
        while (!"completed"
                .equals(database.<String, RuntimeException>read(handle -> handle.createQuery(
                                "select status from circus.evaluations where id = cast(:id as uuid)")
                        .bind("id", evaluation)
                        .mapTo(String.class)
                        .one()))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Copies the rows into a table of the same form, with the same indexes. */
    private static double insert(Database database, String evaluation, int lines) {
        database.write(handle -> handle.execute("create table circus.baseline (like circus.builds including all)"));
        long from = System.nanoTime();
        int written = database.write(
                handle -> handle.createUpdate("""
                        insert into circus.baseline select * from circus.builds where evaluation_id = cast(:id as uuid)
                        """).bind("id", evaluation).execute());
        double millis = (System.nanoTime() - from) / 1e6;
        if (written != lines) {
            throw new IllegalStateException(written + " of " + lines + " builds are there");
        }
        return millis;
    }

    /** Speaks to the server as its administrator. */
    private record Api(HttpClient http, URI server) {
        String post(String path, Map<String, ?> body, String answer) throws IOException, InterruptedException {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(server.resolve(path))
                            .header("Authorization", "Bearer " + TOKEN)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(Json.write(body)))
                            .build(),
                    BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IOException(path + ": " + response.statusCode() + " " + response.body());
            }
            return Json.MAPPER.readTree(response.body()).get(answer).asString();
        }
    }

    /** A runner that says that it has Nix, and makes everything up. */
    private static final class Nixless implements AutoCloseable {
        private final HttpLink link;
        private final AtomicBoolean open = new AtomicBoolean(true);

        Nixless(URI server, String token, Path directory, int slots) {
            link = new HttpLink(
                    server,
                    token,
                    new Wire.Hello(
                            Wire.PROTOCOL,
                            UUID.randomUUID(),
                            "bench",
                            "bench",
                            Set.of("x86_64-linux"),
                            Set.of(),
                            Set.of(NixSpec.REQUIREMENT, "store:bench"),
                            Set.of(),
                            slots,
                            1,
                            1),
                    new HostReadings(directory));
            link.register();
            Thread.ofVirtual().start(() -> {
                while (open.get()) {
                    link.beat();
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
                }
            });
        }

        Lease claim() throws InterruptedException {
            while (true) {
                List<Lease> leases = link.claim(1, Duration.ofSeconds(5));
                if (!leases.isEmpty()) {
                    link.started(leases.getFirst().ref());
                    return leases.getFirst();
                }
            }
        }

        void say(Lease lease, int lines) throws IOException {
            long offset = link.logSize(lease.ref(), NixSpec.RESULTS);
            var text = new StringBuilder(CHUNK + 4096);
            for (int line = 0; line < lines; line++) {
                text.append(line(line));
                if (text.length() >= CHUNK) {
                    offset = append(lease.ref(), offset, text);
                }
            }
            text.append("{\"kind\":\"end\",\"lines\":").append(lines).append("}\n");
            append(lease.ref(), offset, text);
        }

        private long append(AttemptRef ref, long offset, StringBuilder text) throws IOException {
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            text.setLength(0);
            return link.appendLog(ref, NixSpec.RESULTS, offset, bytes, 0, bytes.length, MOST);
        }

        void pass(Lease lease) {
            link.finish(new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, null));
        }

        /** Takes builds, one after the other, and ends them at once. */
        void build(AtomicInteger begun, AtomicBoolean going) {
            try {
                while (going.get()) {
                    for (Lease lease : link.claim(4, Duration.ofMillis(200))) {
                        link.started(lease.ref());
                        begun.incrementAndGet();
                        link.finish(new AttemptResult(
                                lease.ref(), JobEvent.FAIL, Outcome.of(Reason.EXIT_CODE, "made up"), null));
                    }
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** As real ones are: with inputs that everybody has, and one in five jobs needs another one. */
        private static String line(int number) {
            var inputs = new StringBuilder();
            for (int input = 0; input < INPUTS; input++) {
                inputs.append(input == 0 ? "" : ",")
                        .append('"')
                        .append(drv("common", input))
                        .append('"');
            }
            if (number > 100 && number % 5 == 0) {
                inputs.append(",\"").append(drv("job", number - 97)).append('"');
            }
            return "{\"kind\":\"job\",\"attr\":\"job" + number + ".x86_64-linux\",\"name\":\"job-" + number
                    + "\",\"system\":\"x86_64-linux\",\"drvPath\":\"" + drv("job", number)
                    + "\",\"outputs\":{\"out\":\""
                    + drv("job", number).replace(".drv", "") + "\"},\"inputDerivations\":[" + inputs
                    + "],\"requiredFeatures\":[],\"fixedHash\":null,\"meta\":{\"description\":\"number " + number
                    + "\"},\"aggregate\":false,\"constituents\":[]}\n";
        }

        private static String drv(String kind, int number) {
            String hash = Long.toString(((number + kind.hashCode() * 1_000_003L) * 0x9e3779b97f4a7c15L) >>> 1, 32)
                    .replaceAll("[eotu]", "z");
            return "/nix/store/" + (hash + "0".repeat(32)).substring(0, 31) + (kind.equals("job") ? "a" : "b") + "-"
                    + kind + "-" + number + ".drv";
        }

        @Override
        public void close() {
            open.set(false);
            link.leave();
        }
    }
}
