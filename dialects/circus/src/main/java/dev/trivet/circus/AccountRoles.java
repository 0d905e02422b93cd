package dev.trivet.circus;

import dev.trivet.accounts.Grant;
import dev.trivet.accounts.GrantLevel;
import dev.trivet.accounts.Grants;
import dev.trivet.accounts.Principal;
import dev.trivet.store.Database;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The roles of this installation's users and tokens. A person, known by a session or by a token for everything, has the role that was given:
 * administrators are admins. An API key is a token with the grant {@code circus/ROLE:write} and has that role, as long as its user may
 * give it: no token is ever more than its user. Thread-safe.
 */
final class AccountRoles implements Rights.Roles {
    private static final String DIALECT = "circus";
    private static final Grant WHOLE_DIALECT = new Grant(DIALECT, Grant.EVERY_SCOPE, GrantLevel.WRITE);

    private final Database database;

    AccountRoles(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** What a token with this role may do. */
    static Grants grantsOf(Role role) {
        return Grants.of(new Grant(DIALECT, role.wireName(), GrantLevel.WRITE));
    }

    @Override
    public Role of(Principal caller) {
        if (caller.grants().allows(WHOLE_DIALECT)) {
            return own(caller);
        }
        List<Role> granted = caller.grants().each().stream()
                .filter(grant -> grant.dialect().equals(DIALECT) && grant.level() == GrantLevel.WRITE)
                .map(grant -> Role.named(grant.scope()))
                .flatMap(Optional::stream)
                .filter(role -> role != Role.READ_ONLY)
                .toList();
        if (granted.isEmpty()) {
            return Role.READ_ONLY;
        }
        Role own = own(caller);
        return granted.stream().filter(own::includes).findFirst().orElse(Role.READ_ONLY);
    }

    private Role own(Principal caller) {
        if (caller.administrator()) {
            return Role.ADMIN;
        }
        return database.read(handle -> handle.createQuery("select role from circus.users where user_id = :user")
                        .bind("user", caller.userId())
                        .mapTo(String.class)
                        .findOne())
                .flatMap(Role::named)
                .orElse(Role.READ_ONLY);
    }
}
