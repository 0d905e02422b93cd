package dev.trivet.circus.channel;

import dev.trivet.circus.Actor;
import dev.trivet.circus.Audit;
import dev.trivet.circus.AuditAction;
import dev.trivet.circus.CircusErrors;
import dev.trivet.circus.Promotions;
import dev.trivet.store.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Lets channels show what somebody wants them to (spec section 8). What cannot be shown is refused with 400, 404 or 409. Thread-safe. */
final class Shows {
    private final Database database;
    private final Audit audit;
    private final InstantSource clock;

    Shows(Database database, Audit audit, InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** What matters of an evaluation that is to be shown, and of the channel. */
    private record Wanted(
            String channel,
            UUID channelJobset,
            UUID jobset,
            String status,
            boolean pullRequest,
            boolean dropped,
            String commit,
            Instant time) {}

    /**
     * Promotes an evaluation, also one that is older than what is shown.
     *
     * @param force also if it is not green, or not kept
     */
    void promote(UUID channel, UUID evaluation, boolean force, Actor actor) {
        boolean _ = database.write(handle -> {
            lock(handle, channel);
            Wanted wanted = checked(handle, channel, evaluation, force);
            if (!force && !new Promotions(handle).isGreen(evaluation)) {
                throw CircusErrors.conflict(
                        "evaluation " + evaluation
                                + " is not green: not all of its builds have succeeded, or it has none; restart them, or promote it with ?force=true");
            }
            new Promotions(handle)
                    .promote(channel, evaluation, null, force, actor, clock.instant())
                    .orElseThrow(ChannelRoutes::notFound);
            audit.record(
                    handle, actor, AuditAction.CHANNEL_PROMOTE, "channel", channel, details(wanted, evaluation, force));
            return true;
        });
    }

    /**
     * Goes back to what the channel has shown before.
     *
     * @param evaluation which, or null for the one before
     * @return what happens from now on, for people
     */
    String rollback(UUID channel, @Nullable UUID evaluation, boolean force, Actor actor) {
        return database.write(handle -> {
            lock(handle, channel);
            UUID current = current(handle, channel);
            if (evaluation != null && evaluation.equals(current)) {
                throw CircusErrors.conflict("the channel shows evaluation " + evaluation + " already");
            }
            ChannelStore.Place place = ChannelStore.before(handle, channel, evaluation)
                    .orElseThrow(() -> evaluation == null
                            ? CircusErrors.conflict("the channel has shown nothing before that it could go back to")
                            : CircusErrors.invalid(
                                    "evaluation_id",
                                    "is none that the channel has shown; see its history, or promote the evaluation"));
            Wanted wanted = checked(handle, channel, place.evaluation(), force);
            Instant now = clock.instant();
            int number = new Promotions(handle)
                    .promote(channel, place.evaluation(), place.number(), force, actor, now)
                    .orElseThrow(ChannelRoutes::notFound);
            ChannelStore.copyFiles(handle, channel, place.number(), number, now);
            Map<String, Object> details = details(wanted, place.evaluation(), force);
            if (current != null) {
                details.put("from_evaluation_id", current);
            }
            audit.record(handle, actor, AuditAction.CHANNEL_ROLLBACK, "channel", channel, details);
            return "shows commit " + wanted.commit + " again; from now on only evaluations that were made after "
                    + upTo(handle, channel) + " are promoted by themselves";
        });
    }

    /** Who promotes waits for who does so. */
    private static void lock(Handle handle, UUID channel) {
        var _ = handle.createQuery("select id from circus.channels where id = :id for no key update")
                .bind("id", channel)
                .mapTo(UUID.class)
                .findOne()
                .orElseThrow(ChannelRoutes::notFound);
    }

    private static @Nullable UUID current(Handle handle, UUID channel) {
        return handle.createQuery("select current_evaluation_id from circus.channels where id = :id")
                .bind("id", channel)
                .map((row, context) -> row.getObject(1, UUID.class))
                .findOne()
                .orElse(null);
    }

    private static Instant upTo(Handle handle, UUID channel) {
        return handle.createQuery("select promoted_up_to from circus.channels where id = :id")
                .bind("id", channel)
                .map((row, context) -> row.getObject(1, OffsetDateTime.class).toInstant())
                .one();
    }

    private static Wanted checked(Handle handle, UUID channel, UUID evaluation, boolean force) {
        Wanted wanted = handle.createQuery("""
                        select c.name, c.jobset_id as channel_jobset, e.jobset_id, e.status, e.pr_number is not null as pull_request,
                            e.roots_dropped_at is not null as dropped, e.commit_hash, e.evaluation_time
                        from circus.channels c, circus.evaluations e where c.id = :channel and e.id = :evaluation for no key update of e
                        """)
                .bind("channel", channel)
                .bind("evaluation", evaluation)
                .map((row, context) -> new Wanted(
                        row.getString("name"),
                        row.getObject("channel_jobset", UUID.class),
                        row.getObject("jobset_id", UUID.class),
                        row.getString("status"),
                        row.getBoolean("pull_request"),
                        row.getBoolean("dropped"),
                        row.getString("commit_hash"),
                        row.getObject("evaluation_time", OffsetDateTime.class).toInstant()))
                .findOne()
                .orElseThrow(() -> CircusErrors.notFound("evaluation"));
        if (!wanted.jobset.equals(wanted.channelJobset)) {
            throw CircusErrors.invalid(
                    "eval_id",
                    "is an evaluation of another jobset than " + wanted.channelJobset + ", which the channel is on");
        }
        if (wanted.pullRequest) {
            throw CircusErrors.invalid("eval_id", "is an evaluation of a pull request, which no channel shows");
        }
        if (!wanted.status.equals("completed")) {
            throw CircusErrors.conflict(
                    "evaluation " + evaluation + " is " + wanted.status + "; only what is completed can be shown");
        }
        if (wanted.dropped && !force) {
            throw CircusErrors.conflict("what was built of evaluation " + evaluation
                    + " is not kept in the store any more; evaluate a commit again, or use ?force=true");
        }
        return wanted;
    }

    private static Map<String, Object> details(Wanted wanted, UUID evaluation, boolean force) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("name", wanted.channel);
        details.put("evaluation_id", evaluation);
        details.put("commit", wanted.commit);
        details.put("force", force);
        return details;
    }
}
