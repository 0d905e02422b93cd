package dev.trivet.cli.api;

import java.util.Optional;

/** Hears what happens to a job that is followed; called by one thread at a time. */
public interface FollowListener {
    /** The job has another state than before; the first call comes before everything else. */
    void status(Job job);

    /**
     * A log has grown.
     *
     * @param task whose log; empty for the setup log
     */
    void output(Optional<String> task, byte[] buffer, int length);

    /** A task is over and all of its log was heard. */
    void ended(Job.Task task);

    /** The server cannot be reached at the moment; the follower tries again. */
    void trouble(String reason);
}
