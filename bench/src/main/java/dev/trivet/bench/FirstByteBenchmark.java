package dev.trivet.bench;

import dev.trivet.server.Settings;
import dev.trivet.server.TrivetServer;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** How long it takes from an accepted submission until the job's output can be read, in each sandbox. */
final class FirstByteBenchmark implements Benchmark {
    private static final double MILLIS = 60;
    private static final int WARM_UP = 10;

    @Override
    public String name() {
        return "first-byte";
    }

    @Override
    public String description() {
        return "a job is accepted until its log has bytes, against the same command in a plain bwrap or runc";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        int samples = sizes.of("samples", 30);
        var table = new Table();
        measure(table, "bwrap", PlainSandbox.bwrap(), samples, scratch, Budget.atMost(MILLIS));
        measure(table, "oci", PlainSandbox.runc(scratch.directory("runc")), samples, scratch, Budget.NONE);
        return table;
    }

    private static void measure(
            Table table, String backend, PlainSandbox plain, int samples, Scratch scratch, Budget budget)
            throws Exception {
        if (!plain.isInstalled()) {
            table.missing(backend, plain.program() + " is not installed (apt-get install " + plain.apt() + ")");
            return;
        }
        double baseline = plain.firstByte(samples).p50();
        Map<String, String> environment = new HashMap<>();
        environment.put("TRIVET_RUNNER_BACKEND", backend);
        Settings settings = Settings.read(
                new Settings.Options("127.0.0.1:0", scratch.directory("server"), null, null, scratch.images(), false),
                environment);
        try (TrivetServer server = TrivetServer.start(settings, Clock.systemUTC());
                var client =
                        new SubmittingClient(server.address(), settings.data().resolve("admin-token"))) {
            client.measure(Math.min(samples, WARM_UP));
            SubmittingClient.Latencies latencies = client.measure(samples);
            table.value(
                    backend + ": accepted → first byte of the job's log, p50",
                    latencies.log().p50(),
                    "ms",
                    budget);
            table.beside(
                    backend + ": accepted → first byte of the task's output, p50; plain " + plain.program(),
                    latencies.task().p50(),
                    "ms",
                    baseline,
                    budget);
        }
    }
}
