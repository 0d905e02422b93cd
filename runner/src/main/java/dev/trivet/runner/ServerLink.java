package dev.trivet.runner;

import dev.trivet.engine.AttemptRef;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Beat;
import dev.trivet.engine.Lease;
import dev.trivet.engine.StepChange;
import dev.trivet.engine.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/**
 * All that a runner says to its server: in the same process, or over a network. A method that cannot reach the other side throws
 * {@link LinkUnavailableException}; the runner repeats it. Thread-safe.
 */
public interface ServerLink {
    /** Introduces the runner; every other method speaks for this session. */
    void register();

    /** Ends the session in good order. */
    void leave();

    /** Up to {@code most} leases, waiting up to {@code longest} for the first. */
    List<Lease> claim(int most, Duration longest) throws InterruptedException;

    /** @throws ServerAbsentException if leases hold although no beat arrives */
    Beat beat();

    /** Calls {@code listener} when a beat is worth while at once, because an attempt is to be stopped. */
    void onStop(Runnable listener);

    /** The snapshots that this runner must keep for other jobs. */
    List<String> snapshots();

    void snapshotsReleased(List<String> snapshots);

    Verdict started(AttemptRef ref);

    Verdict stepChanged(StepChange change);

    /** How many bytes of this step's log the server has, from all attempts: where the next append starts. */
    long logSize(AttemptRef ref, int step) throws IOException;

    /**
     * Appends bytes that stand at {@code offset}; the same bytes may be sent again.
     *
     * @return where the next append starts
     * @throws IOException if the server cannot keep them (its disk is full) or refuses them
     */
    long appendLog(AttemptRef ref, int step, long offset, byte[] bytes, int from, int length, long maxBytes)
            throws IOException;

    /**
     * Stores an artifact and enters it.
     *
     * @throws IOException if it cannot be stored or is larger than {@code maxBytes}
     */
    Verdict artifact(AttemptRef ref, String path, String name, InputStream content, long maxBytes) throws IOException;

    /**
     * Opens a blob that a leased job needs.
     *
     * @param sha256 of the blob, in hex; its content is checked against it while it is read
     * @throws IOException if it is not there or cannot be read
     */
    InputStream blob(String sha256) throws IOException;

    Verdict finish(AttemptResult result);

    /** This runner does nothing more for the attempt, whether the server was told of its end or not. */
    default void over(AttemptRef ref) {}
}
