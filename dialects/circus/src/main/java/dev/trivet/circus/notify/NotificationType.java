package dev.trivet.circus.notify;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

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

    /** The one of that name, if there is one. */
    public static Optional<NotificationType> named(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(wireName))
                .findFirst();
    }

    /** Whether it shows at a commit how far its builds are; the others only tell how they ended. */
    public boolean isStatus() {
        return switch (this) {
            case GITHUB_STATUS, GITEA_STATUS, FORGEJO_STATUS, GITLAB_STATUS -> true;
            case WEBHOOK, EMAIL, SLACK -> false;
        };
    }
}
