package dev.trivet.logs;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a log to change. A lock-free stack that is emptied by waking all: thousands of watchers wait neither for
 * each other nor hold up the writer, and each then reads for itself what it has not seen yet.
 */
final class Watchers {
    /** One watcher; it is in the stack at most once, also over several waits. */
    static final class Watcher {
        private final AtomicBoolean inStack = new AtomicBoolean();
        private volatile @Nullable Thread thread;
        private @Nullable Watcher next;

        /** The thread that is to be unparked from now on; null for none. */
        void thread(@Nullable Thread waiting) {
            thread = waiting;
        }
    }

    private static final int FORGOTTEN = 64;

    private final Waker waker;
    private final AtomicReference<@Nullable Watcher> top = new AtomicReference<>();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final AtomicInteger inStack = new AtomicInteger();
    private final AtomicBoolean roundPending = new AtomicBoolean();

    Watchers(Waker waker) {
        this.waker = waker;
    }

    void subscribe() {
        subscribed.incrementAndGet();
    }

    /** Those who left stay in the stack until all are woken; too many of them are a reason to do that. */
    void unsubscribe() {
        int left = subscribed.decrementAndGet();
        if (inStack.get() > 2 * left + FORGOTTEN) {
            wakeAll();
        }
    }

    /** How many watch, waiting right now or not. */
    int subscribed() {
        return subscribed.get();
    }

    /** How many stand in the stack, also those that left since. */
    int waiting() {
        return inStack.get();
    }

    /** Enters a watcher, which must look at the log once more before it parks. */
    void enter(Watcher watcher) {
        if (!watcher.inStack.compareAndSet(false, true)) {
            return;
        }
        inStack.incrementAndGet();
        Watcher head;
        do {
            head = top.get();
            watcher.next = head;
        } while (!top.compareAndSet(head, watcher));
    }

    /** Says that the log has changed; costs the writer next to nothing, however many watch. */
    void changed() {
        if (top.get() != null && roundPending.compareAndSet(false, true)) {
            waker.wake(this);
        }
    }

    /** Wakes all that wait; returns how many there were. */
    int wakeAll() {
        roundPending.set(false);
        int woken = 0;
        Watcher watcher = top.getAndSet(null);
        while (watcher != null) {
            Watcher next = watcher.next;
            watcher.next = null;
            watcher.inStack.set(false);
            Thread thread = watcher.thread;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
            woken++;
            watcher = next;
        }
        inStack.addAndGet(-woken);
        return woken;
    }
}
