package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.state.JobState;
import dev.trivet.engine.Event;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import dev.trivet.store.RunStore;
import dev.trivet.store.StepRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Closes the logs of jobs that have ended, so that their watchers go home and the files are compressed. */
final class LogCloser implements Consumer<List<Event>> {
    private static final Set<String> ENDS = java.util.Arrays.stream(JobState.values())
            .filter(JobState::terminal)
            .map(state -> "job." + state.wireName())
            .collect(Collectors.toUnmodifiableSet());

    private final RunStore runs;
    private final LogStore logs;

    LogCloser(RunStore runs, LogStore logs) {
        this.runs = requireNonNull(runs, "runs is null");
        this.logs = requireNonNull(logs, "logs is null");
    }

    @Override
    public void accept(List<Event> events) {
        Set<Long> ended = new LinkedHashSet<>();
        for (Event event : events) {
            if (ENDS.contains(event.kind()) && event.jobId() != null) {
                ended.add(event.jobId());
            }
        }
        try {
            // Most of a large run that was canceled never ran: it gets no files.
            for (StepRow step : runs.steps(ended)) {
                logs.closeIfKnown(new LogKey(step.jobId(), step.number()));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
