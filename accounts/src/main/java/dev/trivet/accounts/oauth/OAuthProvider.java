package dev.trivet.accounts.oauth;

/** Where people have accounts that they may sign in with. Thread-safe. */
public interface OAuthProvider {
    /** Its name in the database, such as {@code github}. */
    String name();

    /**
     * Trades the code that the provider gave a browser for who that is. Takes 30 s at most.
     *
     * @param redirectUri where the provider sent the browser; it has to be the same as when the code was asked for
     * @throws OAuthException if the provider does not answer as it should, or does not know the code
     */
    ExternalUser exchange(String code, String redirectUri) throws OAuthException, InterruptedException;
}
