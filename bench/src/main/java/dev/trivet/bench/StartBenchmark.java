package dev.trivet.bench;

import dev.trivet.store.DatabaseConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** How long a server takes to come up on a data directory that is already there. */
final class StartBenchmark implements Benchmark {
    private static final double EMBEDDED_MILLIS = 1500;
    private static final double EXTERNAL_MILLIS = 600;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String description() {
        return "server start to the first 200 of /health, against a JVM that does nothing";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        int starts = sizes.of("starts", 5);
        Optional<Path> cache = StartupCache.train(scratch);
        try (ScratchDatabase database = ScratchDatabase.start(scratch)) {
            Optional<DatabaseConfig> external = Optional.of(database.config());
            Path own = scratch.directory("embedded");
            Path other = scratch.directory("external");
            median(1, own, scratch, Optional.empty(), Optional.empty());
            median(1, other, scratch, external, Optional.empty());
            double nothing = idle(starts);
            var table = new Table();
            table.beside(
                    "embedded database, p50",
                    median(starts, own, scratch, Optional.empty(), Optional.empty()),
                    "ms",
                    nothing,
                    cache.isPresent() ? Budget.NONE : Budget.atMost(EMBEDDED_MILLIS));
            table.beside(
                    "external database, p50",
                    median(starts, other, scratch, external, Optional.empty()),
                    "ms",
                    nothing,
                    cache.isPresent() ? Budget.NONE : Budget.atMost(EXTERNAL_MILLIS));
            if (cache.isPresent()) {
                table.beside(
                        "embedded database, AOT cache, p50",
                        median(starts, own, scratch, Optional.empty(), cache),
                        "ms",
                        nothing,
                        Budget.atMost(EMBEDDED_MILLIS));
                table.beside(
                        "external database, AOT cache, p50",
                        median(starts, other, scratch, external, cache),
                        "ms",
                        nothing,
                        Budget.atMost(EXTERNAL_MILLIS));
            }
            return table;
        }
    }

    private static double median(
            int starts, Path data, Scratch scratch, Optional<DatabaseConfig> external, Optional<Path> cache)
            throws IOException, InterruptedException {
        long[] nanos = new long[starts];
        for (int start = 0; start < starts; start++) {
            try (ServerProcess server = ServerProcess.start(data, scratch, external, cache)) {
                nanos[start] = server.startNanos();
            }
        }
        return Percentiles.of(nanos).p50();
    }

    private static double idle(int starts) throws IOException {
        long[] nanos = new long[starts];
        for (int start = 0; start < starts; start++) {
            try (IdleProcess process = IdleProcess.start()) {
                nanos[start] = process.startNanos();
            }
        }
        return Percentiles.of(nanos).p50();
    }
}
