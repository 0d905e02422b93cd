package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.BuildJob;
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

/** Shows the logs of jobs that run side by side: each line behind the name of its job, or as a JSON object. Thread-safe. */
public final class BuildPrinter {
    private static final int WIDEST = 24;
    private static final int REMEMBERED = 20;
    private static final int LONGEST_REMEMBERED = 1000;
    private static final int MOST_ENDS = 10;
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

    /** The jobs whose names there will be. */
    synchronized void keys(List<BuildJob> jobs) {
        for (BuildJob job : jobs) {
            width = Math.max(width, Math.min(WIDEST, job.key().length()));
            styles.computeIfAbsent(job.key(), name -> STYLES[styles.size() % STYLES.length]);
        }
    }

    synchronized void line(String key, String line) {
        String text = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
        Deque<String> end = ends.computeIfAbsent(key, name -> new ArrayDeque<>());
        end.add(text.length() <= LONGEST_REMEMBERED ? text : text.substring(0, LONGEST_REMEMBERED) + "…");
        if (end.size() > REMEMBERED) {
            end.removeFirst();
        }
        if (json) {
            output.jsonLine(event(key, "line", text));
        } else {
            byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
            byte[] shown = new LogText(stream.terminal(), stream.colours()).filter(bytes, bytes.length);
            write(prefix(key) + new String(shown, StandardCharsets.UTF_8));
        }
    }

    /** Says how a job ended. */
    synchronized void ended(BuildJob job) {
        // Of many jobs not all ends can be kept.
        if (!job.failed() && !job.timedOut()) {
            ends.remove(job.key());
        }
        if (json) {
            output.jsonLine(event(job.key(), "state", job.state()));
            return;
        }
        String how = JobWords.end(job);
        if (!how.isEmpty()) {
            boolean good = job.state().equals("passed") || job.softFailed();
            write(prefix(job.key()) + (good ? Style.DIM : Style.RED).apply(how, stream.colours()) + "\n");
        }
    }

    /** Shows the jobs in a table, and once more the last lines of those that failed. */
    public synchronized void summary(BuildEnd end) {
        if (json) {
            output.jsonLine(end.build().json());
            return;
        }
        if (end.jobs().size() > 1) {
            end.jobs().stream()
                    .filter(job -> job.failed() || job.timedOut())
                    .limit(MOST_ENDS)
                    .forEach(this::printEnd);
        }
        if (!end.jobs().isEmpty()) {
            JobTable.print(output, end.jobs());
        }
        end.build().text("error_message").ifPresent(message -> output.say(Style.RED, Table.printable(message)));
    }

    private void printEnd(BuildJob job) {
        output.say(Style.BOLD, "==> the end of " + Table.printable(job.key()));
        ends.getOrDefault(job.key(), new ArrayDeque<>()).forEach(line -> output.say("    " + Table.printable(line)));
    }

    void trouble(String why) {
        output.say(Style.YELLOW, Table.printable(why) + " Trying again…");
    }

    void lost(String why) {
        output.say(Style.YELLOW, Table.printable(why));
    }

    static Map<String, String> event(String job, String member, String value) {
        Map<String, String> event = new LinkedHashMap<>();
        event.put("job", job);
        event.put(member, value);
        return event;
    }

    private void write(String text) {
        stream.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private String prefix(String key) {
        String shown = Table.shorten(key, WIDEST);
        String padded = shown + " ".repeat(Math.max(0, width - shown.length())) + " │ ";
        return styles.getOrDefault(key, Style.BOLD).apply(padded, stream.colours());
    }
}
