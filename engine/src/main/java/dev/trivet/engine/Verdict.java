package dev.trivet.engine;

/** What became of a runner's write. */
public enum Verdict {
    ACCEPTED,
    /** The attempt has no lease any more, or the state does not take it: nothing was changed. */
    STALE
}
