package dev.trivet.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Group commit: calls that arrive while a batch is being written go into the next one together. The first caller works for all,
 * so a lone call costs no hand-over. Thread-safe.
 *
 * @param <I> one call's input
 * @param <O> its answer
 */
final class Batcher<I, O> {
    private final int largest;
    private final Function<List<I>, List<O>> write;
    private final ConcurrentLinkedQueue<Entry<I, O>> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock working = new ReentrantLock();

    /** @param write answers the items in their order; a batch in which one item fails is repeated item by item */
    Batcher(int largest, Function<List<I>, List<O>> write) {
        this.largest = largest;
        this.write = requireNonNull(write, "write is null");
    }

    /** Writes {@code item}, together with others, and returns its answer once it is durable. */
    O submit(I item) {
        var entry = new Entry<I, O>(item, new CompletableFuture<>());
        waiting.add(entry);
        working.lock();
        try {
            // Whoever held the lock before has usually written this entry with its own.
            if (!entry.answer.isDone()) {
                drain();
            }
        } finally {
            working.unlock();
        }
        try {
            return entry.answer.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    private void drain() {
        var batch = new ArrayList<Entry<I, O>>();
        for (Entry<I, O> next = waiting.poll(); next != null; next = waiting.poll()) {
            batch.add(next);
            if (batch.size() == largest) {
                write(batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            write(batch);
        }
    }

    private void write(List<Entry<I, O>> batch) {
        try {
            List<O> answers = write.apply(batch.stream().map(Entry::item).toList());
            for (int index = 0; index < batch.size(); index++) {
                batch.get(index).answer.complete(answers.get(index));
            }
        } catch (RuntimeException failed) {
            if (batch.size() == 1) {
                batch.getFirst().answer.completeExceptionally(failed);
            } else {
                batch.forEach(entry -> write(List.of(entry)));
            }
        }
    }

    private record Entry<I, O>(I item, CompletableFuture<O> answer) {}
}
