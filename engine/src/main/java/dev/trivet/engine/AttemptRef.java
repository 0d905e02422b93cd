package dev.trivet.engine;

/** One execution of one job. The number is the fencing token: every write of a runner carries it, and an old one changes nothing. */
public record AttemptRef(long jobId, int attempt) {}
