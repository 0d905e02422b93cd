package dev.trivet.cli.output;

import dev.trivet.cli.api.FollowListener;
import dev.trivet.cli.api.Job;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows a job that is followed: the setup log, then each task under a heading. Lines of different logs never run into each other.
 */
public final class LogPrinter implements FollowListener {
    private static final byte[] NEWLINE = {'\n'};

    private final Output output;
    private final Output.Stream stream;
    private final boolean headings;
    private final Map<String, LogText> filters = new HashMap<>();
    private final Set<String> announced = new HashSet<>();
    private @Nullable String current;
    private boolean inLine;

    /**
     * A printer.
     *
     * @param output where trouble is told
     * @param stream where logs go
     * @param headings whether tasks get headings
     */
    public LogPrinter(Output output, Output.Stream stream, boolean headings) {
        this.output = Objects.requireNonNull(output, "output is null");
        this.stream = Objects.requireNonNull(stream, "stream is null");
        this.headings = headings;
    }

    @Override
    public void status(Job job) {
        // The state is told at the end by who follows; in between, the logs speak.
    }

    @Override
    public void output(Optional<String> task, byte[] buffer, int length) {
        String name = task.orElse("");
        announce(name);
        byte[] shown = filters.computeIfAbsent(name, key -> new LogText(stream.terminal(), stream.colours()))
                .filter(buffer, length);
        if (shown.length > 0) {
            stream.write(shown);
            inLine = shown[shown.length - 1] != '\n';
        }
    }

    @Override
    public void ended(Job.Task task) {
        switch (task.status()) {
            case "failed" -> {
                announce(task.name());
                heading(Style.RED, task.name() + " failed");
            }
            case "skipped" -> heading(Style.DIM, task.name() + " skipped");
            default -> announce(task.name());
        }
    }

    @Override
    public void trouble(String reason) {
        endLine();
        output.say(Style.YELLOW, reason + " Trying again…");
    }

    /** Ends the last line, if a log did not. */
    public void endLine() {
        if (inLine) {
            stream.write(NEWLINE);
            inLine = false;
        }
    }

    private void announce(String name) {
        if (name.equals(current)) {
            return;
        }
        current = name;
        endLine();
        if (!name.isEmpty() && announced.add(name)) {
            heading(Style.BOLD, name);
        }
    }

    private void heading(Style style, String text) {
        if (headings) {
            endLine();
            stream.line(style, "==> " + Table.printable(text));
        }
    }
}
