package dev.trivet.accounts.oauth;

/**
 * What a provider knows this server by. {@code toString} does not show the secret.
 *
 * @param id public
 * @param secret proves that it is us
 */
public record OAuthClient(String id, String secret) {
    public OAuthClient {
        if (id.isBlank() || secret.isBlank()) {
            throw new IllegalArgumentException("a client of OAuth has an id and a secret");
        }
    }

    @Override
    public String toString() {
        return "OAuthClient[" + id + "]";
    }
}
