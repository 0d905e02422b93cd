package dev.trivet.circus;

import dev.trivet.store.Database;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes pending evaluations down and wakes who evaluates them. */
final class StoredTrigger implements Trigger {
    private final EvaluationStore evaluations;
    private final Runnable waker;

    /** @param waker thread-safe, returns at once; called after a new evaluation is durable */
    StoredTrigger(Database database, Runnable waker) {
        this.evaluations = new EvaluationStore(database);
        this.waker = Objects.requireNonNull(waker, "waker is null");
    }

    @Override
    public boolean evaluate(Jobset jobset, String commit, @Nullable PullRequest pullRequest) {
        boolean created = evaluations.insert(jobset.id(), commit, pullRequest).isPresent();
        if (created) {
            waker.run();
        }
        return created;
    }
}
