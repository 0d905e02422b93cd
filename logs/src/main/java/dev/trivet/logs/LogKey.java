package dev.trivet.logs;

/**
 * Names one log: the output of one step of a job. All attempts of the job write to the same log, one after the other, so that it
 * only ever grows while somebody follows it.
 *
 * @param jobId the job, not negative
 * @param step the step, from 1; 0 is the setup log
 */
public record LogKey(long jobId, int step) {
    /** The step number of the setup log. */
    public static final int SETUP = 0;

    public LogKey {
        if (jobId < 0 || step < 0) {
            throw new IllegalArgumentException("job and step of a log must not be negative: " + jobId + "/" + step);
        }
    }

    @Override
    public String toString() {
        return jobId + "/" + step;
    }
}
