package dev.trivet.web;

import dev.trivet.accounts.Principal;
import dev.trivet.accounts.Session;
import dev.trivet.http.Request;
import java.util.Optional;

/**
 * Who looks at a page.
 *
 * @param principal who, if known
 * @param csrfToken what their forms carry; empty for who has no session
 */
record Viewer(Optional<Principal> principal, String csrfToken) {
    static final Viewer ANYBODY = new Viewer(Optional.empty(), "");

    static Viewer of(Request request) {
        return new Viewer(
                request.principal(), request.session().map(Session::csrfToken).orElse(""));
    }

    /** True for who signed in here; a token in a header has no forms. */
    boolean hasSession() {
        return !csrfToken.isEmpty();
    }
}
