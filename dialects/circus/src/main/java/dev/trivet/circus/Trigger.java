package dev.trivet.circus;

import org.jspecify.annotations.Nullable;

/** Has a commit evaluated. */
@FunctionalInterface
public interface Trigger {
    /**
     * Makes a pending evaluation. Thread-safe.
     *
     * @param pullRequest what the commit was sent for, or null
     * @return false if this jobset has an evaluation of this commit already
     */
    boolean evaluate(Jobset jobset, String commit, @Nullable PullRequest pullRequest);
}
