package dev.trivet.circus;

import dev.trivet.accounts.Principal;
import dev.trivet.http.Request;

/** Tells people from API keys: who has a session, or a token for everything, acts for themselves. */
final class Persons {
    private Persons() {}

    static boolean is(Principal principal) {
        return principal.grants().isAll();
    }

    /**
     * The person that makes this request.
     *
     * @throws dev.trivet.http.HttpException 401 for an API key
     */
    static Principal of(Request request) {
        Principal principal = request.requirePrincipal();
        if (!is(principal)) {
            throw CircusErrors.of(ErrorCode.UNAUTHORIZED, "an API key has no such thing of its own; sign in as a user");
        }
        return principal;
    }
}
