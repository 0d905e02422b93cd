package dev.trivet.notify;

/** A way to deliver, of one kind of a dialect. Thread-safe. */
public interface Channel {
    /** Of the dialect whose tasks it delivers. */
    String dialect();

    /** The kind of these tasks. */
    String kind();

    /**
     * Tries once. Called outside of any transaction; the same delivery may come again when a server died meanwhile, so a receiver should be told
     * its id.
     *
     * @throws InterruptedException when it takes too long, or the server stops
     */
    Outcome deliver(Delivery delivery) throws InterruptedException;

    /**
     * It is over: delivered, refused, or given up. Called after that was written, at most once for each task; not at all if the server dies in
     * between.
     */
    default void over(Delivery delivery, Outcome outcome) {}
}
