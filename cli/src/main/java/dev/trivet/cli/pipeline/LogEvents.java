package dev.trivet.cli.pipeline;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes a stream of server-sent events apart. A stream that says nothing for a minute, not even that it is alive, is taken for dead and
 * closed: the line may have been cut without a word. For one thread; closing it does not close the bytes.
 */
final class LogEvents implements AutoCloseable {
    /** The server speaks every 15 s. */
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final BufferedReader reader;
    private final Thread watchdog;
    private volatile long heard = System.nanoTime();

    /** One event: its name, and its data as JSON. */
    record Event(String name, JsonNode data) {}

    LogEvents(InputStream bytes) {
        Objects.requireNonNull(bytes, "bytes is null");
        this.reader = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
        this.watchdog = Thread.ofVirtual().name("log-watchdog").start(() -> watch(bytes));
    }

    /**
     * The next event.
     *
     * @throws IOException if the stream broke off, or is none of events
     */
    Event next() throws IOException {
        String name = "";
        var data = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            heard = System.nanoTime();
            if (line.isEmpty() && !name.isEmpty()) {
                return new Event(name, parse(data.toString()));
            } else if (line.startsWith("event:")) {
                name = line.substring("event:".length()).strip();
            } else if (line.startsWith("data:")) {
                data.append(line, "data:".length(), line.length()).append('\n');
            }
        }
        throw new EOFException("the stream of the log broke off");
    }

    private static JsonNode parse(String data) throws IOException {
        try {
            return JsonMapper.shared().readTree(data.isBlank() ? "{}" : data);
        } catch (JacksonException e) {
            throw new IOException("the server sent an event of a log that is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private void watch(InputStream bytes) {
        try {
            for (long left = SILENCE.toNanos(); left > 0; left = SILENCE.toNanos() - (System.nanoTime() - heard)) {
                Thread.sleep(Duration.ofNanos(left));
            }
            bytes.close();
        } catch (InterruptedException | IOException over) {
            // the stream is done with
        }
    }

    @Override
    public void close() {
        watchdog.interrupt();
    }
}
