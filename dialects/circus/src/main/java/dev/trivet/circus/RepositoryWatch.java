package dev.trivet.circus;

import dev.trivet.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at repositories for new commits of their jobsets, and for what projects without jobsets declare of themselves (spec sections 4.1 and
 * 4.5). One that does not answer is asked more and more rarely. Thread-safe.
 */
final class RepositoryWatch {
    private static final Logger log = LoggerFactory.getLogger(RepositoryWatch.class);
    private static final List<String> DECLARATIONS = List.of(".circus.toml", ".circus/config.toml");
    private static final int MOST_DOUBLINGS = 6;
    private static final Duration LONGEST = Duration.ofHours(6);
    private static final int LONGEST_ERROR = 2000;

    private final Database database;
    private final RemoteHeads heads;
    private final Declarations declarations;
    private final EvaluationStore evaluations;
    private final InputStore inputs;
    private final Duration declarationInterval;
    private final InstantSource clock;

    /** @param declarationInterval pause between two looks at a project without jobsets */
    RepositoryWatch(
            Database database,
            RemoteHeads heads,
            Declarations declarations,
            Duration declarationInterval,
            InstantSource clock) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.heads = Objects.requireNonNull(heads, "heads is null");
        this.declarations = Objects.requireNonNull(declarations, "declarations is null");
        this.evaluations = new EvaluationStore(database);
        this.inputs = new InputStore(database);
        this.declarationInterval = Objects.requireNonNull(declarationInterval, "declarationInterval is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * A repository is to be looked at.
     *
     * @param jobset for whom; null for a project without jobsets
     * @param at from when on
     */
    record Due(
            String url,
            UUID project,
            @Nullable Jobset jobset,
            @Nullable String declaredCommit,
            Instant at) {}

    /** All that are watched. */
    List<Due> due() {
        List<Due> due = new ArrayList<>();
        database.read(handle -> {
            handle.createQuery("select * from circus.active_jobsets")
                    .map((row, context) -> {
                        Jobset jobset = Jobset.of(row);
                        Instant last = jobset.lastCheckedAt();
                        return new Due(
                                row.getString("repository_url"),
                                jobset.projectId(),
                                jobset,
                                null,
                                last == null
                                        ? Instant.EPOCH
                                        : last.plus(pause(jobset.checkInterval(), row.getInt("check_failures"))));
                    })
                    .forEach(due::add);
            handle.createQuery("""
                            select p.id, p.repository_url, p.declared_commit, p.declared_checked_at from circus.projects p
                            where not exists (select 1 from circus.active_jobsets j where j.project_id = p.id)
                            """)
                    .map((row, context) -> {
                        Instant last = Columns.instantOrNull(row, "declared_checked_at");
                        return new Due(
                                row.getString("repository_url"),
                                Columns.uuid(row, "id"),
                                null,
                                row.getString("declared_commit"),
                                last == null ? Instant.EPOCH : last.plus(declarationInterval));
                    })
                    .forEach(due::add);
            return true;
        });
        return due;
    }

    private static Duration pause(int interval, int failures) {
        Duration pause = Duration.ofSeconds(interval).multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    }

    /**
     * Asks a repository.
     *
     * @param those who want to know
     * @return whether there is something to evaluate
     */
    boolean look(String url, List<Due> those) throws InterruptedException {
        Set<String> branches = new HashSet<>();
        those.forEach(one -> branches.add(branch(one)));
        Map<String, String> commits;
        try {
            commits = heads.of(url, branches);
        } catch (RemoteHeads.RefusedException refused) {
            log.info("{} cannot be asked: {}", url, refused.getMessage());
            those.forEach(one -> failed(one, String.valueOf(refused.getMessage())));
            return false;
        }
        boolean something = false;
        for (Due one : those) {
            String commit = commits.get(branch(one));
            Jobset jobset = one.jobset();
            if (commit == null) {
                failed(one, "the repository has no branch " + branch(one));
            } else if (jobset == null) {
                something |= declared(one, commit);
            } else {
                checked(jobset.id());
                String hash = InputsHash.of(commit, jobset, inputs.list(jobset.id()));
                something |= evaluations.want(jobset.id(), commit, hash);
            }
        }
        return something;
    }

    private static String branch(Due due) {
        Jobset jobset = due.jobset();
        String branch = jobset == null ? null : jobset.branch();
        return branch == null ? RemoteHeads.HEAD : branch;
    }

    private boolean declared(Due due, String commit) throws InterruptedException {
        boolean news = false;
        if (!commit.equals(due.declaredCommit())) {
            try {
                String text = heads.file(due.url(), DECLARATIONS);
                news = !text.isEmpty() && declarations.applyRepository(due.project(), text) > 0;
            } catch (RemoteHeads.RefusedException | DeclarationException wrong) {
                log.info("project {} declares nothing that can be used: {}", due.project(), wrong.getMessage());
            }
        }
        database.write(handle -> handle.createUpdate("""
                        update circus.projects set declared_commit = :commit, declared_checked_at = :now where id = :id
                        """)
                .bind("id", due.project())
                .bind("commit", commit)
                .bind("now", clock.instant())
                .execute());
        return news;
    }

    private void checked(UUID jobset) {
        database.write(handle -> handle.createUpdate("""
                        update circus.jobsets set last_checked_at = :now, check_failures = 0, check_error = null where id = :id
                        """)
                .bind("id", jobset)
                .bind("now", clock.instant())
                .execute());
    }

    /** The time of the last look moves all the same, so that the pause grows. */
    private void failed(Due due, String why) {
        Jobset jobset = due.jobset();
        database.write(handle -> jobset == null
                ? handle.createUpdate("update circus.projects set declared_checked_at = :now where id = :id")
                        .bind("id", due.project())
                        .bind("now", clock.instant())
                        .execute()
                : handle.createUpdate("""
                                update circus.jobsets set last_checked_at = :now,
                                    check_failures = least(check_failures + 1, 1000), check_error = :why
                                where id = :id
                                """)
                        .bind("id", jobset.id())
                        .bind("now", clock.instant())
                        .bind(
                                "why",
                                (why.length() <= LONGEST_ERROR ? why : why.substring(0, LONGEST_ERROR))
                                        .replace("\0", ""))
                        .execute());
    }
}
