package dev.trivet.circus;

import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Lets channels show evaluations (spec section 8). What happens by itself is decided by rows alone and in the transaction that ended a build or an
 * evaluation, so that no crash comes between; done again, or by several servers at once, it changes nothing.
 *
 * <p>An evaluation is promoted by itself when it is complete, is none of a pull request, has builds which all succeeded and are kept in the store,
 * and is newer than every evaluation that the channel has ever shown. In the caller's transaction.
 */
public final class Promotions {
    /** What it takes of an evaluation {@code e} to be green. */
    private static final String GREEN = """
            e.status = 'completed' and e.pr_number is null
            and exists (select 1 from circus.builds b where b.evaluation_id = e.id)
            and not exists (select 1 from circus.builds b where b.evaluation_id = e.id and b.status in ('pending', 'running'))
            and not exists (select 1 from circus.builds b where b.evaluation_id = e.id
                and b.status not in ('pending', 'running', 'succeeded'))
            """;

    private static final String OF_EVALUATIONS = """
            select distinct on (c.id) c.id, e.id, e.evaluation_time, e.commit_hash
            from circus.evaluations e join circus.channels c on c.jobset_id = e.jobset_id
            where e.id = any(:ids) and e.roots_dropped_at is null and (c.promoted_up_to is null or e.evaluation_time > c.promoted_up_to) and
            """ + GREEN + "order by c.id, e.evaluation_time desc, e.id";

    /** A jobset that is never green is not searched to its beginning. */
    private static final String OF_CHANNELS = """
            select c.id, g.id, g.evaluation_time, g.commit_hash
            from circus.channels c cross join lateral (
                select e.id, e.evaluation_time, e.commit_hash
                from (select * from circus.evaluations o where o.jobset_id = c.jobset_id and o.roots_dropped_at is null
                          and (c.promoted_up_to is null or o.evaluation_time > c.promoted_up_to)
                      order by o.evaluation_time desc, o.id limit 200) e
                where
            """ + GREEN
            + "order by e.evaluation_time desc, e.id limit 1) g where cast(:channel as uuid) is null or c.id = cast(:channel as uuid)";

    private static final String MOVE = """
            , moved as (
                update circus.channels c set current_evaluation_id = g.evaluation, promoted_up_to = g.time,
                    promotions = c.promotions + 1, updated_at = :at
                from candidate g
                where g.channel = c.id and (c.promoted_up_to is null or g.time > c.promoted_up_to)
                returning c.id, c.promotions, g.evaluation, g.time, g.commit)
            insert into circus.channel_promotions (channel_id, number, evaluation_id, evaluation_time, commit_hash, kind, promoted_at)
            select id, promotions, evaluation, time, commit, 'automatic', :at from moved
            """;

    private final Handle handle;

    public Promotions(Handle handle) {
        this.handle = Objects.requireNonNull(handle, "handle is null");
    }

    /** Promotes those of these evaluations that are green; answers how many channels show another one now. */
    int automatic(Collection<UUID> evaluations, Instant at) {
        return evaluations.isEmpty()
                ? 0
                : handle.createUpdate(
                                "with candidate(channel, evaluation, time, commit) as (" + OF_EVALUATIONS + ")" + MOVE)
                        .bindArray("ids", UUID.class, evaluations)
                        .bind("at", at)
                        .execute();
    }

    /** Lets every channel show the newest evaluation that is green, or only one; answers how many show another one now. */
    public int catchUp(@Nullable UUID channel, Instant at) {
        return handle.createUpdate("with candidate(channel, evaluation, time, commit) as (" + OF_CHANNELS + ")" + MOVE)
                .bind("channel", channel)
                .bind("at", at)
                .execute();
    }

    /** Whether all builds of a complete evaluation have succeeded, and there are some. */
    public boolean isGreen(UUID evaluation) {
        return handle.createQuery(
                        "select exists (select 1 from circus.evaluations e where e.id = :id and " + GREEN + ")")
                .bind("id", evaluation)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Lets a channel show an evaluation because somebody wants it.
     *
     * @param backTo the number of the promotion that is gone back to, or null if this is no rollback
     * @param forced whether it was not asked if the evaluation is green
     * @return the number of the promotion; empty if the channel or the evaluation is not there
     */
    public OptionalInt promote(
            UUID channel, UUID evaluation, @Nullable Integer backTo, boolean forced, Actor actor, Instant at) {
        return handle.createQuery("""
                        with shown as (
                            select id, evaluation_time, commit_hash from circus.evaluations where id = :evaluation for key share),
                        moved as (
                            update circus.channels c set current_evaluation_id = s.id, promotions = c.promotions + 1, updated_at = :at,
                                promoted_up_to = greatest(c.promoted_up_to, s.evaluation_time)
                            from shown s where c.id = :channel returning c.id, c.promotions)
                        insert into circus.channel_promotions (channel_id, number, evaluation_id, evaluation_time, commit_hash, kind,
                            forced, back_to, actor_kind, actor_id, actor_name, promoted_at)
                        select m.id, m.promotions, s.id, s.evaluation_time, s.commit_hash,
                            case when cast(:back as int) is null then 'manual' else 'rollback' end, :forced, cast(:back as int),
                            :actor_kind, :actor_id, :actor_name, :at
                        from moved m, shown s returning number
                        """)
                .bind("channel", channel)
                .bind("evaluation", evaluation)
                .bind("back", backTo)
                .bind("forced", forced)
                .bind("actor_kind", actor.kind())
                .bind("actor_id", actor.id())
                .bind("actor_name", actor.name())
                .bind("at", at)
                .mapTo(Integer.class)
                .findOne()
                .map(OptionalInt::of)
                .orElseGet(OptionalInt::empty);
    }
}
