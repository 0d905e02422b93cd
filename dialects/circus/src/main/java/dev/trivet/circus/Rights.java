package dev.trivet.circus;

import dev.trivet.accounts.Principal;
import dev.trivet.http.Access;
import java.util.Objects;

/**
 * The rules of access of this dialect's routes, all on a caller's {@link Role}. No credential is answered 401, the wrong role 403.
 * Thread-safe.
 */
public final class Rights {
    private final Roles roles;

    /** Tells the role of a caller. */
    @FunctionalInterface
    public interface Roles {
        /** Thread-safe; may read the database. */
        Role of(Principal caller);
    }

    public Rights(Roles roles) {
        this.roles = Objects.requireNonNull(roles, "roles is null");
    }

    /** For administrators. */
    public Access admin() {
        return having(Role.ADMIN);
    }

    /** For who has this role, and administrators. */
    public Access having(Role role) {
        return new Access.Ruled(
                "the role " + role.wireName(), caller -> roles.of(caller).includes(role));
    }

    /** The role of a caller. */
    public Role of(Principal caller) {
        return roles.of(caller);
    }
}
