package dev.trivet.circus;

import java.util.Locale;

/** The ways to tell somebody how a build did (spec section 1.2). */
public enum NotificationType {
    GITHUB_STATUS,
    GITEA_STATUS,
    FORGEJO_STATUS,
    GITLAB_STATUS,
    WEBHOOK,
    EMAIL,
    SLACK;

    /** Its name in JSON and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
