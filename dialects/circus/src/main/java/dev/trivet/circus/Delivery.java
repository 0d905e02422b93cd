package dev.trivet.circus;

import org.jspecify.annotations.Nullable;

/** What a forge's webhook says (spec section 3). */
sealed interface Delivery {
    /**
     * A commit to evaluate.
     *
     * @param ref what was pushed to, such as {@code refs/heads/main}; null if it was not said
     * @param pullRequest null for a push
     */
    record Commit(
            String commit, @Nullable String ref, @Nullable PullRequest pullRequest) implements Delivery {
        private static final String BRANCHES = "refs/heads/";

        /** Whether a jobset wants it: its branch is the one that was pushed to, or that the pull request wants to. */
        boolean isFor(Jobset jobset) {
            String wished = jobset.branch();
            if (pullRequest != null) {
                return wished == null || wished.equals(pullRequest.baseBranch());
            }
            if (ref == null) {
                return wished == null;
            }
            boolean isBranch = !ref.startsWith("refs/") || ref.startsWith(BRANCHES);
            return isBranch
                    && (wished == null
                            || wished.equals(ref.startsWith(BRANCHES) ? ref.substring(BRANCHES.length()) : ref));
        }
    }

    /** Nothing to do; the message says why. */
    record Ignored(String message) implements Delivery {}
}
