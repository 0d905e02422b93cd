package dev.trivet.web;

import dev.trivet.http.EventSource;
import dev.trivet.http.EventStream;
import dev.trivet.store.DatabaseUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/** Keeps an open list of runs current: a {@code list} event with the new HTML whenever it changed. */
final class ListStream implements EventSource {
    private static final Duration RETRY = Duration.ofSeconds(2);
    /** How long changes are collected: on a busy server something happens all the time. */
    private static final Duration PACE = Duration.ofMillis(500);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final Supplier<String> list;
    private final RunWatch watch;

    /** @param list makes the HTML */
    ListStream(Supplier<String> list, RunWatch watch) {
        this.list = Objects.requireNonNull(list, "list is null");
        this.watch = Objects.requireNonNull(watch, "watch is null");
    }

    @Override
    public void stream(EventStream stream) throws IOException, InterruptedException {
        stream.retryAfter(RETRY);
        String sent = "";
        try (RunWatch.Subscription subscription = watch.ofAll()) {
            while (stream.isOpen()) {
                try {
                    String html = list.get();
                    if (!html.equals(sent)) {
                        stream.send(null, "list", html);
                        sent = html;
                    }
                } catch (DatabaseUnavailableException e) {
                    Thread.sleep(RETRY);
                    continue;
                }
                boolean _ = subscription.signal().await(LONGEST_WAIT);
                Thread.sleep(PACE);
            }
        }
    }
}
