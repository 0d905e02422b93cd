package dev.trivet.harmont;

import dev.trivet.core.json.Json;
import dev.trivet.harmont.LogChunks.Chunk;
import dev.trivet.http.EventSource;
import dev.trivet.http.EventStream;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.logs.LogTail;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A job's log as server-sent events: what is there already as one {@code history}, what comes then as {@code chunk}s, and {@code done}
 * as soon as the job has ended and everything was sent (spec section 2.9).
 */
final class LogStream implements EventSource {
    /** More of what is there already than this comes in chunks. */
    private static final int HISTORY_BYTES = 4 << 20;

    /** How often a silent log is asked whether its job has ended, should nobody have closed it. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private static final int BUFFER = 64 << 10;

    private final LogStore logs;
    private final LogKey command;
    private final LogKey setup;
    private final long after;
    private final Supplier<Standing> standing;

    /** What a log has to know of its job. */
    enum Standing {
        /** More may come. */
        OPEN,
        /** Nothing more will come. */
        ENDED,
        /** The same, and the command never ran: the server's own words tell why. */
        NEVER_RAN
    }

    /**
     * @param engineJob whose log
     * @param after number of the last line that the client has, or 0
     * @param standing tells whether the job has ended
     */
    LogStream(LogStore logs, long engineJob, long after, Supplier<Standing> standing) {
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.command = new LogKey(engineJob, 1);
        this.setup = new LogKey(engineJob, LogKey.SETUP);
        this.after = after;
        this.standing = Objects.requireNonNull(standing, "standing is null");
    }

    @Override
    public void stream(EventStream stream) throws IOException, InterruptedException {
        Standing begun = standing.get();
        boolean over = begun != Standing.OPEN;
        boolean silent = begun == Standing.NEVER_RAN && logs.size(command) == 0;
        long lines = after == 0 ? 0 : Math.min(after, logs.lineCount(command));
        var chunks = new LogChunks(LogChunks.Kind.OUTPUT, lines);
        try (LogTail tail = logs.subscribe(command, logs.offsetOfLine(command, lines))) {
            history(stream, tail, chunks, over, silent);
            if (!over) {
                follow(stream, tail, chunks);
            } else {
                drain(stream, tail, chunks);
            }
        }
        if (!over && after == 0 && logs.size(command) == 0 && standing.get() == Standing.NEVER_RAN) {
            for (Chunk chunk : setupLines()) {
                send(stream, chunk);
            }
        }
        stream.send(null, "done", "{}");
    }

    private void history(EventStream stream, LogTail tail, LogChunks chunks, boolean over, boolean silent)
            throws IOException {
        List<Chunk> history = new ArrayList<>();
        byte[] buffer = new byte[BUFFER];
        int count = 0;
        for (int sum = 0; sum < HISTORY_BYTES && (count = tail.read(buffer, 0, BUFFER)) > 0; sum += count) {
            history.addAll(chunks.add(buffer, count));
        }
        if (count < 0 || (count == 0 && over)) {
            history.addAll(chunks.rest());
        }
        if (silent && after == 0) {
            history.addAll(setupLines());
        }
        stream.send(
                null,
                "history",
                Json.write(Map.of("chunks", history.stream().map(Chunk::json).toList())));
    }

    /** Sends what comes until the log is closed, or is silent and its job has ended. */
    private void follow(EventStream stream, LogTail tail, LogChunks chunks) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        while (true) {
            int count = tail.read(buffer, 0, BUFFER);
            if (count < 0) {
                break;
            }
            for (Chunk chunk : chunks.add(buffer, count)) {
                send(stream, chunk);
            }
            if (count == 0 && !tail.await(LOOK) && standing.get() != Standing.OPEN) {
                drain(stream, tail, chunks);
                return;
            }
        }
        for (Chunk chunk : chunks.rest()) {
            send(stream, chunk);
        }
    }

    /** Sends what is there. */
    private static void drain(EventStream stream, LogTail tail, LogChunks chunks) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = tail.read(buffer, 0, BUFFER); count > 0; count = tail.read(buffer, 0, BUFFER)) {
            for (Chunk chunk : chunks.add(buffer, count)) {
                send(stream, chunk);
            }
        }
        for (Chunk chunk : chunks.rest()) {
            send(stream, chunk);
        }
    }

    /** A command that never ran has no output: what the server said of the job tells why. */
    private List<Chunk> setupLines() throws IOException {
        var chunks = new LogChunks(LogChunks.Kind.META, 0);
        byte[] said = logs.tail(setup, HISTORY_BYTES).bytes();
        List<Chunk> lines = new ArrayList<>(chunks.add(said, said.length));
        lines.addAll(chunks.rest());
        return lines;
    }

    private static void send(EventStream stream, Chunk chunk) throws IOException {
        stream.send(Long.toString(chunk.sequence()), "chunk", Json.write(chunk.json()));
    }
}
