package dev.trivet.http;

import dev.trivet.accounts.Principal;
import dev.trivet.accounts.RunnerToken;
import dev.trivet.accounts.Session;
import java.util.Optional;

/** Who makes a request. */
public sealed interface Caller {

    /** Nobody known. */
    record Anonymous() implements Caller {}

    /** Known by a token. */
    record ByToken(Principal principal) implements Caller {}

    /** A remote runner, known by its token; nobody of the accounts. */
    record ByRunner(RunnerToken token) implements Caller {}

    /** Known by a web session. */
    record BySession(Session session) implements Caller {}

    /** Who it is, if known. */
    default Optional<Principal> known() {
        return switch (this) {
            case Anonymous() -> Optional.empty();
            case ByRunner(var token) -> Optional.empty();
            case ByToken(Principal principal) -> Optional.of(principal);
            case BySession(Session session) -> Optional.of(session.principal());
        };
    }
}
