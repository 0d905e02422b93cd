package dev.trivet.accounts;

/**
 * A token that was just created.
 *
 * @param token what is kept
 * @param text what is shown once and then forgotten
 */
public record NewToken(Token token, String text) {
    /** Without the text: it must not get into a log. */
    @Override
    public String toString() {
        return "NewToken[" + token + "]";
    }
}
