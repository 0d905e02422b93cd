package dev.trivet.engine;

/** Asked before anything new is accepted. Thread-safe and quick. */
@FunctionalInterface
public interface Admission {
    /** Accepts always. */
    Admission ALWAYS = () -> {};

    /** @throws dev.trivet.core.StorageFullException if there is no room for new work; what is under way goes on */
    void check();
}
