package dev.trivet.harmont.vcs;

import java.util.List;

/** What happened to a pull request, in the words of GitHub whatever the forge (spec section 6.1). */
public enum PullRequestAction {
    OPENED("opened"),
    /** It has new commits. */
    SYNCHRONIZE("synchronize"),
    REOPENED("reopened"),
    /** It was a draft. */
    READY_FOR_REVIEW("ready_for_review"),
    /** It was closed without being merged. */
    CLOSED("closed"),
    MERGED("merged");

    private final String wireName;

    PullRequestAction(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /** Whether one of a trigger's {@code types} means this; what was merged was closed, too. */
    public boolean isAmong(List<String> types) {
        return types.contains(wireName) || (this == MERGED && types.contains(CLOSED.wireName));
    }
}
