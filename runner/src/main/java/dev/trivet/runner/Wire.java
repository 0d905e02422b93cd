package dev.trivet.runner;

import dev.trivet.core.plan.Outcome;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.AttemptRef;
import dev.trivet.engine.Beat;
import dev.trivet.engine.Lease;
import dev.trivet.engine.StopReason;
import dev.trivet.engine.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a remote runner and its server say to each other, as JSON; {@code docs/runners.md} has the routes. */
public final class Wire {
    /** The version of all this. A server takes runners of its own version. */
    public static final int PROTOCOL = 1;

    /** Where all routes of runners begin. */
    public static final String ROOT = "/api/runner/v1";

    /** Most bytes of one append to a log. */
    public static final int MOST_LOG_BYTES = 1 << 20;

    /** Longest wait of a claim, or for something to stop, in milliseconds; shorter than a server waits for requests under way when it stops. */
    public static final int LONGEST_CLAIM = 4_000;

    private Wire() {}

    /** A runner introduces itself. */
    public record Hello(
            int protocol,
            UUID id,
            String name,
            String host,
            Set<String> systems,
            Set<String> features,
            Set<String> labels,
            Set<String> mandatory,
            int slots,
            int cpus,
            double speedFactor) {}

    /**
     * The server's answer.
     *
     * @param generation names the session from now on
     * @param leaseMillis after so long a silence its leases are gone
     * @param alone whether no other server can give leases away while this one is not running
     */
    public record Welcome(int protocol, long generation, long leaseMillis, boolean alone) {}

    /** Asks for work. */
    public record Claim(int most, int waitMillis) {}

    /** The work. */
    public record Claimed(List<Lease> leases) {}

    /** Asks for attempts to be stopped, beside those that are known. */
    public record Listen(List<AttemptRef> known, int waitMillis) {}

    /** Such attempts. */
    public record Stops(List<Stop> stops) {}

    /** An attempt to be stopped. */
    public record Stop(AttemptRef ref, StopReason reason) {}

    /** A {@link Beat}. */
    public record BeatAnswer(boolean superseded, List<AttemptRef> held, List<Stop> stops, List<String> releasable) {
        public static BeatAnswer of(Beat beat) {
            var stops = new ArrayList<Stop>();
            beat.stops().forEach((ref, reason) -> stops.add(new Stop(ref, reason)));
            return new BeatAnswer(beat.superseded(), List.copyOf(beat.held()), stops, beat.releasable());
        }

        Beat beat() {
            Map<AttemptRef, StopReason> reasons = new HashMap<>();
            stops.forEach(stop -> reasons.put(stop.ref(), stop.reason()));
            return new Beat(superseded, Set.copyOf(held), reasons, releasable);
        }
    }

    /** Ids of snapshots. */
    public record Snapshots(List<String> snapshots) {}

    /** A step changed. */
    public record Step(
            int number, StepState state, @Nullable Integer exitCode) {}

    /** An attempt ended. */
    public record End(
            JobEvent event, Outcome outcome, @Nullable String snapshot) {}

    /** What became of a write. */
    public record Answer(Verdict verdict) {}

    /** Where the next append to a log starts. */
    public record LogEnd(long offset) {}

    /** An artifact was stored. */
    public record Stored(Verdict verdict, String sha256, long size) {}
}
