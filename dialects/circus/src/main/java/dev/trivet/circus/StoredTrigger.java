package dev.trivet.circus;

import dev.trivet.store.Database;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes pending evaluations down and wakes who evaluates them. */
final class StoredTrigger implements Trigger {
    private final Database database;
    private final Runnable waker;

    /** @param waker thread-safe, returns at once; called after a new evaluation is durable */
    StoredTrigger(Database database, Runnable waker) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.waker = Objects.requireNonNull(waker, "waker is null");
    }

    @Override
    public boolean evaluate(Jobset jobset, String commit, @Nullable PullRequest pullRequest) {
        boolean created = database.write(handle -> handle.createUpdate("""
                                insert into circus.evaluations (jobset_id, commit_hash, pr_number, pr_head_branch,
                                    pr_base_branch, pr_action)
                                select j.id, :commit, cast(:number as int), :head, :base, :action
                                from circus.jobsets j where j.id = :jobset
                                for key share on conflict (jobset_id, commit_hash) do nothing
                                """)
                        .bind("jobset", jobset.id())
                        .bind("commit", commit)
                        .bind("number", pullRequest == null ? null : Integer.valueOf(pullRequest.number()))
                        .bind("head", pullRequest == null ? null : pullRequest.headBranch())
                        .bind("base", pullRequest == null ? null : pullRequest.baseBranch())
                        .bind("action", pullRequest == null ? null : pullRequest.action())
                        .execute()
                > 0);
        if (created) {
            waker.run();
        }
        return created;
    }
}
