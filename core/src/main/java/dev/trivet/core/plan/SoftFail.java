package dev.trivet.core.plan;

import java.util.Set;

/**
 * Which failures are forgiven: the job shows as soft-failed, its dependents go on, the run can still pass.
 *
 * @param any every failure, time-outs included
 * @param exitCodes these exit codes
 */
public record SoftFail(boolean any, Set<Integer> exitCodes) {
    public static final SoftFail NEVER = new SoftFail(false, Set.of());
    public static final SoftFail ALWAYS = new SoftFail(true, Set.of());

    public SoftFail {
        exitCodes = Set.copyOf(exitCodes);
    }

    public boolean forgives(Outcome outcome) {
        return any || (outcome.exitCode() != null && exitCodes.contains(outcome.exitCode()));
    }
}
