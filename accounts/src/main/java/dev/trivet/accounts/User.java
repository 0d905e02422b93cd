package dev.trivet.accounts;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A person or a machine that has tokens.
 *
 * @param id its number, never used again
 * @param username {@code [a-zA-Z0-9_-]{1,64}}, unique in whatever case
 * @param email where notes go
 * @param administrator whether an unrestricted token of it may administer
 * @param suspended since when none of its tokens counts, if so
 * @param created when it was created
 * @param uid the same user for the outside: says nothing about how many there are
 * @param displayName what people call it, if anybody said
 */
public record User(
        long id,
        String username,
        String email,
        boolean administrator,
        @Nullable Instant suspended,
        Instant created,
        UUID uid,
        @Nullable String displayName) {
    private static final Pattern USERNAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern EMAIL =
            Pattern.compile("[^\\s@<>,;\"\\p{Cntrl}]{1,64}@[^\\s@<>,;\"\\p{Cntrl}]{1,190}");

    public User {
        Objects.requireNonNull(username, "username is null");
        Objects.requireNonNull(email, "email is null");
        Objects.requireNonNull(created, "created is null");
        Objects.requireNonNull(uid, "uid is null");
    }

    /** {@code ~name}. */
    public String canonicalName() {
        return "~" + username;
    }

    /** What people call it, or else its user name. */
    public String nameForPeople() {
        return displayName == null ? username : displayName;
    }

    /** True if no token of it counts. */
    public boolean isSuspended() {
        return suspended != null;
    }

    static boolean isUsername(String text) {
        return USERNAME.matcher(text).matches();
    }

    static boolean isEmail(String text) {
        return EMAIL.matcher(text).matches();
    }

    static void checkUsername(String username) {
        if (!isUsername(username)) {
            throw new AccountException(
                    AccountException.Reason.BAD_INPUT,
                    "'" + username + "' is not a user name: 1 to 64 of a-z, A-Z, 0-9, _ and -");
        }
    }

    static void checkEmail(String email) {
        if (!isEmail(email)) {
            throw new AccountException(
                    AccountException.Reason.BAD_INPUT,
                    "'" + email + "' is not an e-mail address such as name@example.org");
        }
    }
}
