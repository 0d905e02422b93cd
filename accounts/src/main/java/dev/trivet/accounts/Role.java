package dev.trivet.accounts;

import java.util.Locale;
import java.util.Optional;

/** What a member may do in an organization. */
public enum Role {
    /** Everything. */
    OWNER,
    /** Invites and manages members, but no owners. */
    ADMIN,
    /** Reads, and works with pipelines and builds. */
    MEMBER;

    /** The name in the database and in JSON: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of that name, if there is one. */
    public static Optional<Role> named(String wireName) {
        for (Role role : values()) {
            if (role.wireName().equals(wireName)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** True if a member of this role may invite, change and remove others. */
    public boolean manages() {
        return this != MEMBER;
    }
}
