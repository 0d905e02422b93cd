package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import dev.trivet.harmont.vcs.WebhookEvent.PullRequest;
import dev.trivet.harmont.vcs.WebhookEvent.Push;
import java.util.List;

/** One trigger of a pipeline (spec sections 3.7 and 6.2). */
public sealed interface TriggerRule {

    /** Whether this event starts a build. */
    boolean matches(WebhookEvent event);

    /** {@code push}: a missing list matches nothing. */
    record OnPush(List<Glob> branches, List<Glob> tags) implements TriggerRule {
        public OnPush {
            branches = List.copyOf(branches);
            tags = List.copyOf(tags);
        }

        @Override
        public boolean matches(WebhookEvent event) {
            return event instanceof Push push
                    && switch (push.kind()) {
                        case BRANCH -> fits(branches, push.name());
                        case TAG -> fits(tags, push.name());
                    };
        }
    }

    /** {@code pull_request}: the action must be among the types; the target must fit, unless no branches are named. */
    record OnPullRequest(List<String> types, List<Glob> branches) implements TriggerRule {
        public OnPullRequest {
            types = List.copyOf(types);
            branches = List.copyOf(branches);
        }

        @Override
        public boolean matches(WebhookEvent event) {
            return event instanceof PullRequest request
                    && request.action().isAmong(types)
                    && (branches.isEmpty() || fits(branches, request.targetBranch()));
        }
    }

    /** One that never fires: a schedule, or something that is not understood. */
    record Never(String reason) implements TriggerRule {
        public Never {
            requireNonNull(reason, "reason is null");
        }

        @Override
        public boolean matches(WebhookEvent event) {
            return false;
        }
    }

    private static boolean fits(List<Glob> globs, String name) {
        return globs.stream().anyMatch(glob -> glob.matches(name));
    }
}
