package dev.trivet.bench;

import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogSettings;
import dev.trivet.logs.LogStore;
import dev.trivet.logs.masking.Masker;
import dev.trivet.logs.masking.MaskingStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;

/** What a step's output costs on its way into the log, and how late those are who watch it. */
final class LogIngestBenchmark implements Benchmark {
    private static final int ROUNDS = 3;
    private static final int CHUNK = 64 * 1024;
    private static final long MOST = 1L << 40;
    private static final double MEGABYTES_PER_SECOND = 100;
    private static final double LAG_MILLIS = 250;
    private static final double MEGABYTE = 1e6;

    @Override
    public String name() {
        return "log-ingest";
    }

    @Override
    public String description() {
        return "a log masked, indexed and appended, against a plain copy of its bytes; and the lag of its watchers";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        byte[] output = BuildOutput.of(CHUNK);
        int chunks = (int) Math.max(1, sizes.of("megabytes", 256) * (long) MEGABYTE / CHUNK);
        int watchers = sizes.of("watchers", 1000);
        try (LogStore logs = LogStore.open(scratch.directory("logs"), LogSettings.DEFAULT, Clock.systemUTC())) {
            double copied = 0;
            double ingested = 0;
            for (int round = 1; round <= ROUNDS; round++) {
                Path file = scratch.directory("copy").resolve("copy");
                copied = Math.max(copied, megabytes(chunks, () -> copy(output, chunks, file)));
                Files.delete(file);
                var key = new LogKey(round, 1);
                ingested = Math.max(ingested, megabytes(chunks, () -> ingest(logs, key, output, chunks)));
                logs.delete(key.jobId());
            }
            Percentiles lag = new WatchedLog(logs, new LogKey(ROUNDS + 1, 1)).lags(watchers, sizes.of("seconds", 5));
            String who = String.format("lag of %,d live watchers, ", watchers);
            return new Table()
                    .beside(
                            "ingest, masked and indexed; plain file copy",
                            ingested,
                            "MB/s",
                            copied,
                            Budget.atLeast(MEGABYTES_PER_SECOND))
                    .value(who + "p50", lag.p50(), "ms", Budget.NONE)
                    .value(who + "p99", lag.p99(), "ms", Budget.atMost(LAG_MILLIS));
        }
    }

    private static double megabytes(int chunks, Work work) throws IOException {
        long begun = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - begun) / 1e9;
        return chunks * (double) CHUNK / MEGABYTE / seconds;
    }

    private static void copy(byte[] output, int chunks, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                ByteBuffer bytes = ByteBuffer.wrap(output);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
    }

    /** As the runner's step log does it: each chunk through the mask, flushed, at its own offset. */
    private static void ingest(LogStore logs, LogKey key, byte[] output, int chunks) throws IOException {
        Masker masker = Masker.ofTexts(List.of("correct horse battery staple", "hunter2hunter2", "s3cr3t-t0ken-0001"));
        MaskingStream masked = masker.mask(new Appender(logs, key));
        for (int chunk = 0; chunk < chunks; chunk++) {
            masked.write(output, 0, output.length);
            masked.flush();
        }
        masked.finish();
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static final class Appender extends OutputStream {
        private final LogStore logs;
        private final LogKey key;
        private long offset;

        Appender(LogStore logs, LogKey key) {
            this.logs = logs;
            this.key = key;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            offset = logs.append(key, offset, bytes, from, length, MOST).end();
        }
    }
}
