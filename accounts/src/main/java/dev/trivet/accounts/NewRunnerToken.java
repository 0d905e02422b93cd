package dev.trivet.accounts;

import java.util.Objects;

/**
 * A runner token that was just created.
 *
 * @param token what is kept
 * @param text what is shown once and then forgotten
 */
public record NewRunnerToken(RunnerToken token, String text) {
    public NewRunnerToken {
        Objects.requireNonNull(token, "token is null");
        Objects.requireNonNull(text, "text is null");
    }

    /** Without the text: it must not get into a log. */
    @Override
    public String toString() {
        return "NewRunnerToken[" + token + "]";
    }
}
