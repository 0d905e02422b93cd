package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * The statuses of builds at forges (spec sections 1.2 and 6.3). What is wanted only goes forward; one status of a build is sent at a time; after
 * an end nothing is. Thread-safe.
 */
public final class StatusStore {
    /** How long a claim is good: longer than sending can take. */
    static final Duration CLAIM = Duration.ofMinutes(2);

    /** Details alone are not sent more often than this. */
    static final Duration PACE = Duration.ofSeconds(5);

    private static final int LONGEST_PROBLEM = 500;

    private final Database database;

    public StatusStore(Database database) {
        this.database = requireNonNull(database, "database is null");
    }

    /** Begins the status of a build, queued; does nothing if it has one. */
    public void open(NewStatus status, Instant now) {
        database.write(handle -> {
            open(handle, status, now);
            return null;
        });
    }

    /** The same in the transaction that makes the build. */
    public static void open(Handle handle, NewStatus status, Instant now) {
        handle.createUpdate("""
                        insert into harmont.vcs_status (build, forge, repository, sha, context, wanted, next_at, created_at, updated_at)
                        values (:build, :forge, :repository, :sha, :context, 'queued', :now, :now, :now)
                        on conflict do nothing
                        """)
                .bind("build", status.build())
                .bind("forge", status.forge().wireName())
                .bind("repository", status.repository())
                .bind("sha", status.sha())
                .bind("context", status.context())
                .bind("now", now)
                .execute();
    }

    /**
     * Notes that a build has changed.
     *
     * @param state what the forge shall be told; an older state than the one noted changes nothing
     * @return the forge that has to be told something, if any
     */
    public Optional<Forge> changed(UUID build, CheckState state, Instant now) {
        return database.write(handle -> handle.createQuery("""
                        update harmont.vcs_status set wanted = :state, version = version + 1, updated_at = :now
                        where build = :build and not finished and wanted = any(:predecessors)
                        returning forge
                        """)
                .bind("build", build)
                .bind("state", state.wireName())
                .bind("now", now)
                .bindArray(
                        "predecessors",
                        String.class,
                        state.predecessors().stream().map(CheckState::wireName).toList())
                .map((row, context) -> Forge.named(row.getString("forge")).orElseThrow())
                .findOne());
    }

    /** Takes statuses that are due at a forge. */
    List<ClaimedStatus> claim(Forge forge, int most, Instant now) {
        return database.write(handle -> handle.createQuery("""
                        with due as (
                            select build from harmont.vcs_status
                            where forge = :forge and not finished and version > sent_version and next_at <= :now
                              and (snoozed_to is null or snoozed_to <= :now)
                              and (sent is distinct from wanted or sent_at <= :quiet)
                            order by next_at limit :most for update skip locked)
                        update harmont.vcs_status s set claim = claim + 1, next_at = :until
                        from due where s.build = due.build returning s.*
                        """)
                .bind("forge", forge.wireName())
                .bind("now", now)
                .bind("quiet", now.minus(PACE))
                .bind("until", now.plus(CLAIM))
                .bind("most", most)
                .map((row, context) ->
                        new ClaimedStatus(StatusRows.status(row), row.getInt("version"), row.getInt("claim")))
                .list());
    }

    /** Ends a claim: the forge has it. */
    void sent(ClaimedStatus claimed, CheckState state, @Nullable String checkId, Instant now) {
        end(
                claimed,
                """
                sent = :state, sent_at = :now, sent_version = :version, check_id = coalesce(:check, check_id),
                finished = :finished, attempts = 0, problem = null, next_at = :now, updated_at = :now
                """,
                update -> update.bind("state", state.wireName())
                        .bind("version", claimed.version())
                        .bind("check", checkId)
                        .bind("finished", state.isTerminal())
                        .bind("now", now));
    }

    /** Ends a claim: to be tried again, the later the more often it has been. */
    void retry(ClaimedStatus claimed, String problem, Instant now) {
        int failures = claimed.status().attempts() + 1;
        end(
                claimed,
                "attempts = :failures, next_at = :next, problem = :problem, updated_at = :now",
                update -> update.bind("failures", failures)
                        .bind("next", now.plus(Backoff.after(failures)))
                        .bind("problem", Words.line(problem, LONGEST_PROBLEM))
                        .bind("now", now));
    }

    /** Ends a claim: nothing more is sent for this build. */
    void giveUp(ClaimedStatus claimed, String problem, Instant now) {
        end(
                claimed,
                "finished = true, problem = :problem, updated_at = :now",
                update -> update.bind("problem", Words.line(problem, LONGEST_PROBLEM))
                        .bind("now", now));
    }

    /** Ends a claim as if it had not been. */
    void release(ClaimedStatus claimed, Instant now) {
        end(claimed, "next_at = :now", update -> update.bind("now", now));
    }

    /** Ends a claim, and leaves the forge alone about all repositories of the same owner. */
    void snooze(ClaimedStatus claimed, Instant until, Instant now) {
        String repository = claimed.status().repository();
        database.write(handle -> handle.createUpdate("""
                        update harmont.vcs_status set snoozed_to = greatest(snoozed_to, :until)
                        where forge = :forge and not finished and starts_with(repository, :owner)
                        """)
                .bind("until", until)
                .bind("forge", claimed.status().forge().wireName())
                .bind("owner", repository.substring(0, repository.indexOf('/') + 1))
                .execute());
        release(claimed, now);
    }

    private void end(ClaimedStatus claimed, String changes, UnaryOperator<Update> values) {
        database.write(handle -> values.apply(handle.createUpdate(
                        "update harmont.vcs_status set " + changes + " where build = :build and claim = :claim"))
                .bind("build", claimed.status().build())
                .bind("claim", claimed.claim())
                .execute());
    }

    /** Makes every status at these forges that is not at its end be sent again: what happened while nobody listened is in it then. */
    int reconcile(Collection<Forge> forges) {
        return database.write(handle -> handle.createUpdate(
                        "update harmont.vcs_status set version = version + 1 where not finished and forge = any(:forges)")
                .bindArray(
                        "forges",
                        String.class,
                        forges.stream().map(Forge::wireName).toList())
                .execute());
    }

    /** The status of a build. */
    public Optional<StoredStatus> find(UUID build) {
        return database.read(handle -> handle.createQuery("select * from harmont.vcs_status where build = :build")
                .bind("build", build)
                .map((row, context) -> StatusRows.status(row))
                .findOne());
    }

    /**
     * The statuses that somebody wants again, the newest of each context. Builds are to be found by these, because a webhook may name any build:
     * a check counts only in the repository where it is known, and only if it is of that commit.
     */
    public List<StoredStatus> ofRerun(Forge forge, WebhookEvent.Rerun rerun) {
        return database.read(handle -> handle.createQuery("""
                        select distinct on (context) * from harmont.vcs_status
                        where forge = :forge and repository = :repository and sha = :sha
                          and (cast(:check as text) is null or check_id = :check)
                        order by context, created_at desc
                        """)
                .bind("forge", forge.wireName())
                .bind("repository", rerun.repository().fullName())
                .bind("sha", rerun.commit())
                .bind("check", rerun.checkId())
                .map((row, context) -> StatusRows.status(row))
                .list());
    }

    /** Forgets statuses that have not changed since then. */
    int prune(Instant before) {
        return database.write(handle -> handle.createUpdate("delete from harmont.vcs_status where updated_at < :before")
                .bind("before", before)
                .execute());
    }
}
