package dev.trivet.logs;

import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * Wakes watchers on a thread of its own, so that an append costs the same whether nobody or ten thousand watch. After a round the
 * same log rests in proportion to how many were woken: a fast writer with many watchers then costs a bounded part of the machine,
 * and the watchers get larger pieces instead.
 */
final class Waker implements AutoCloseable {
    private static final long REST_NANOS_PER_WATCHER = 10_000;
    private static final long MAX_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private record Round(Watchers watchers, long due) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return other instanceof Round round ? Long.signum(due - round.due) : 0;
        }
    }

    private final DelayQueue<Round> rounds = new DelayQueue<>();
    private final Thread thread;

    Waker() {
        thread = Thread.ofPlatform().name("trivet-log-waker").daemon().start(this::run);
    }

    /** Wakes them soon. */
    void wake(Watchers watchers) {
        rounds.add(new Round(watchers, System.nanoTime()));
    }

    private void run() {
        Map<Watchers, Long> resting = new WeakHashMap<>();
        try {
            while (true) {
                Watchers watchers = rounds.take().watchers();
                long now = System.nanoTime();
                Long until = resting.remove(watchers);
                if (until != null && until - now > 0) {
                    rounds.add(new Round(watchers, until));
                    continue;
                }
                int woken = watchers.wakeAll();
                long rest = Math.min(woken * REST_NANOS_PER_WATCHER, MAX_REST_NANOS);
                resting.put(watchers, System.nanoTime() + rest);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
