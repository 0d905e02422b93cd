package dev.trivet.circus;

import dev.trivet.accounts.Passwords;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What names, addresses and passwords must be (spec section 2.2). Each check throws {@link dev.trivet.http.HttpException} 400.
 *
 * @param email what an address must look like beside having an at sign, if the operator says it
 */
record PersonRules(Optional<Pattern> email) {
    private static final Pattern USERNAME = Pattern.compile("[a-zA-Z0-9_-]{3,32}");
    private static final int LONGEST = 255;
    private static final int SHORTEST_PASSWORD = 12;

    PersonRules {
        Objects.requireNonNull(email, "email is null");
    }

    String username(String text) {
        if (!USERNAME.matcher(text).matches()) {
            throw CircusErrors.invalid("username", "expected 3 to 32 letters, digits, _ and -");
        }
        return text;
    }

    String email(String text) {
        if (text.isEmpty() || text.length() > LONGEST || text.indexOf('@') < 0) {
            throw CircusErrors.invalid(
                    "email", "expected an address such as name@example.org of at most 255 characters");
        }
        if (email.isPresent() && !email.get().matcher(text).find()) {
            throw CircusErrors.invalid("email", "this server takes only addresses that match " + email.get());
        }
        return text;
    }

    /** Null for an empty one, which says nothing. */
    @Nullable
    String fullName(String text) {
        if (text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl)) {
            throw CircusErrors.invalid("full_name", "expected at most 255 characters without control characters");
        }
        return text.isBlank() ? null : text;
    }

    String password(String text) {
        boolean strong = text.codePointCount(0, text.length()) >= SHORTEST_PASSWORD
                && text.chars().anyMatch(Character::isUpperCase)
                && text.chars().anyMatch(Character::isLowerCase)
                && text.chars().anyMatch(Character::isDigit)
                && text.chars().anyMatch(c -> !Character.isLetterOrDigit(c));
        if (!strong) {
            throw CircusErrors.invalid(
                    "password",
                    "expected at least 12 characters, with an upper and a lower case letter, a digit and another character");
        }
        if (!Passwords.isOfBearableLength(text)) {
            throw CircusErrors.invalid("password", "expected at most 1024 characters");
        }
        return text;
    }

    Role role(String text) {
        return Role.named(text)
                .orElseThrow(() -> CircusErrors.invalid(
                        "role",
                        "expected one of "
                                + Arrays.stream(Role.values())
                                        .map(Role::wireName)
                                        .collect(Collectors.joining(", "))));
    }
}
