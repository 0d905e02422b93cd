package dev.trivet.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What an idle server holds of the machine's memory. */
final class MemoryBenchmark implements Benchmark {
    private static final double MEGABYTES = 128;
    private static final double MEGABYTE = 1e6;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String description() {
        return "resident memory of an idle server's JVM, against a JVM that does nothing";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        int seconds = sizes.of("idle", 10);
        Optional<Path> cache = StartupCache.train(scratch);
        double nothing;
        try (IdleProcess process = IdleProcess.start()) {
            nothing = process.residentBytes() / MEGABYTE;
        }
        Path data = scratch.directory("memory");
        var table = new Table();
        table.beside(
                "idle server",
                server(data, scratch, Optional.empty(), seconds),
                "MB",
                nothing,
                cache.isPresent() ? Budget.NONE : Budget.atMost(MEGABYTES));
        if (cache.isPresent()) {
            table.beside(
                    "idle server, AOT cache",
                    server(data, scratch, cache, seconds),
                    "MB",
                    nothing,
                    Budget.atMost(MEGABYTES));
        }
        return table;
    }

    private static double server(Path data, Scratch scratch, Optional<Path> cache, int seconds)
            throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(data, scratch, Optional.empty(), cache)) {
            TimeUnit.SECONDS.sleep(seconds); // as an idle server does
            return server.residentBytes() / MEGABYTE;
        }
    }
}
