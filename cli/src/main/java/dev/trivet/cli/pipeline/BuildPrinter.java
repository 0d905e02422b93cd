package dev.trivet.cli.pipeline;

import dev.trivet.cli.output.LogText;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** Shows the logs of jobs that run side by side: each line behind the name of its job, or as a JSON object. Thread-safe. */
public final class BuildPrinter {
    private static final int WIDEST = 24;
    private static final int REMEMBERED = 20;
    private static final Style[] STYLES = {Style.BLUE, Style.GREEN, Style.YELLOW, Style.BOLD};

    private final Output output;
    private final Output.Stream stream;
    private final boolean json;
    private final Map<String, Deque<String>> ends = new HashMap<>();
    private final Map<String, Style> styles = new HashMap<>();
    private int width;

    public BuildPrinter(Output output, boolean json) {
        this.output = Objects.requireNonNull(output, "output is null");
        this.stream = output.stream(false);
        this.json = json;
    }

    /** The names that there will be. */
    synchronized void keys(List<String> keys) {
        for (String key : keys) {
            width = Math.max(width, Math.min(WIDEST, key.length()));
            styles.computeIfAbsent(key, name -> STYLES[styles.size() % STYLES.length]);
        }
    }

    synchronized void line(String key, String line) {
        String text = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
        Deque<String> end = ends.computeIfAbsent(key, name -> new ArrayDeque<>());
        end.add(text);
        if (end.size() > REMEMBERED) {
            end.removeFirst();
        }
        if (json) {
            Map<String, String> event = new LinkedHashMap<>();
            event.put("job", key);
            event.put("line", text);
            output.jsonLine(event);
        } else {
            byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
            byte[] shown = new LogText(stream.terminal(), stream.colours()).filter(bytes, bytes.length);
            stream.write((prefix(key) + new String(shown, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Says how a job ended. */
    synchronized void ended(JsonNode job) {
        String key = BuildFollower.key(job);
        if (json) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("job", key);
            event.put("state", job.path("state").asString(""));
            output.jsonLine(event);
            return;
        }
        String how = how(job);
        if (!how.isEmpty()) {
            Style style = job.path("state").asString("").equals("passed")
                            || job.path("soft_failed").asBoolean()
                    ? Style.DIM
                    : Style.RED;
            stream.write((prefix(key) + style.apply(how, stream.colours()) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** In words; nothing of a job that simply passed. */
    private static String how(JsonNode job) {
        String error = job.path("error_message").asString("");
        String why = error.isEmpty() ? "" : ": " + Table.printable(error);
        return switch (job.path("state").asString("")) {
            case "passed" -> job.path("started_at").isNull() ? "passed from the cache" : "";
            case "skipped" -> "skipped";
            case "timed_out" -> "timed out" + why;
            case "canceled" -> "canceled";
            default ->
                (job.path("soft_failed").asBoolean() ? "failed softly" : "failed")
                        + (job.path("exit_code").isNull()
                                ? ""
                                : " with exit code " + job.path("exit_code").asInt())
                        + why;
        };
    }

    /** Shows all jobs in a table, and once more the last lines of those that failed. */
    public synchronized void summary(BuildFollower.End end) {
        if (json) {
            output.jsonLine(end.build());
            return;
        }
        List<JsonNode> failed = end.jobs().stream()
                .filter(job -> List.of("failed", "timed_out")
                                .contains(job.path("state").asString(""))
                        && !job.path("soft_failed").asBoolean())
                .toList();
        if (end.jobs().size() > 1) {
            for (JsonNode job : failed) {
                String key = BuildFollower.key(job);
                output.say(Style.BOLD, "==> the end of " + Table.printable(key));
                ends.getOrDefault(key, new ArrayDeque<>()).forEach(line -> output.say("    " + Table.printable(line)));
            }
        }
        var table = new Table("JOB", "STATE", "TOOK", "EXIT");
        for (JsonNode job : end.jobs()) {
            table.row(
                    BuildFollower.key(job),
                    job.path("soft_failed").asBoolean()
                            ? "soft failed"
                            : job.path("state").asString("").replace('_', ' '),
                    Took.of(job),
                    job.path("exit_code").isNull() ? "" : job.path("exit_code").asString(""));
        }
        output.text(table.render(output.colours()));
    }

    void trouble(String why) {
        output.say(Style.YELLOW, why);
    }

    private String prefix(String key) {
        String shown = Table.shorten(key, WIDEST);
        String padded = shown + " ".repeat(Math.max(0, width - shown.length())) + " │ ";
        return styles.getOrDefault(key, Style.BOLD).apply(padded, stream.colours());
    }
}
