package dev.trivet.circus;

import java.util.Optional;

/** What somebody may do (spec section 1.2). Each role but {@link #ADMIN}, who may all, and {@link #READ_ONLY} grants exactly one right. */
public enum Role {
    ADMIN("admin"),
    READ_ONLY("read-only"),
    CREATE_PROJECTS("create-projects"),
    EVAL_JOBSET("eval-jobset"),
    CANCEL_BUILD("cancel-build"),
    RESTART_JOBS("restart-jobs"),
    BUMP_TO_FRONT("bump-to-front");

    private final String wireName;

    Role(String wireName) {
        this.wireName = wireName;
    }

    /** Its name in JSON. */
    public String wireName() {
        return wireName;
    }

    /** True if who has this role may do what {@code needed} names. */
    public boolean includes(Role needed) {
        return this == ADMIN || this == needed;
    }

    /** The role of that name, if there is one. */
    public static Optional<Role> named(String wireName) {
        for (Role role : values()) {
            if (role.wireName.equals(wireName)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
