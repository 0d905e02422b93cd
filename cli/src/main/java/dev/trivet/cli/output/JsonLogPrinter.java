package dev.trivet.cli.output;

import dev.trivet.cli.api.FollowListener;
import dev.trivet.cli.api.Job;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a job that is followed as JSON, one object a line: {@code {"task":"build","line":"text"}} with the task null in the setup
 * log, {@code {"status":"running"}} and {@code {"task":"build","status":"success"}}. Lines longer than 64 KiB come in pieces.
 */
public final class JsonLogPrinter implements FollowListener {
    private static final int LONGEST_LINE = 65536;

    private final Output output;
    private final Map<String, ByteArrayOutputStream> lines = new LinkedHashMap<>();

    /** A printer to standard output. */
    public JsonLogPrinter(Output output) {
        this.output = Objects.requireNonNull(output, "output is null");
    }

    @Override
    public void status(Job job) {
        output.jsonLine(Map.of("status", job.status().word()));
    }

    @Override
    public void output(Optional<String> task, byte[] buffer, int length) {
        String name = task.orElse("");
        ByteArrayOutputStream line = lines.computeIfAbsent(name, key -> new ByteArrayOutputStream());
        for (int i = 0; i < length; i++) {
            if (buffer[i] == '\n') {
                write(name, line);
            } else {
                line.write(buffer[i]);
                if (line.size() >= LONGEST_LINE) {
                    write(name, line);
                }
            }
        }
    }

    @Override
    public void ended(Job.Task task) {
        flush(task.name());
        var event = new LinkedHashMap<String, String>();
        event.put("task", task.name());
        event.put("status", task.status());
        output.jsonLine(event);
    }

    @Override
    public void trouble(String reason) {
        output.say(Style.YELLOW, reason);
    }

    /** Writes what logs hold after their last line end. */
    public void finish() {
        lines.keySet().forEach(this::flush);
    }

    private void flush(String name) {
        ByteArrayOutputStream line = lines.get(name);
        if (line != null && line.size() > 0) {
            write(name, line);
        }
    }

    private void write(String name, ByteArrayOutputStream line) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        var event = new LinkedHashMap<String, @Nullable String>();
        event.put("task", name.isEmpty() ? null : name);
        event.put("line", text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        output.jsonLine(event);
    }
}
