package dev.trivet.web;

import dev.trivet.accounts.PasswordSignIn;
import dev.trivet.accounts.Sessions;
import dev.trivet.http.SessionCookie;
import dev.trivet.http.SignInWatch;
import java.util.Objects;

/**
 * The ways to sign in on the pages.
 *
 * @param sessions for tokens
 * @param passwords for names and passwords
 * @param watch is told of each attempt
 */
public record Entrance(Sessions sessions, PasswordSignIn passwords, SessionCookie cookie, SignInWatch watch) {
    public Entrance {
        Objects.requireNonNull(sessions, "sessions is null");
        Objects.requireNonNull(passwords, "passwords is null");
        Objects.requireNonNull(cookie, "cookie is null");
        Objects.requireNonNull(watch, "watch is null");
    }
}
