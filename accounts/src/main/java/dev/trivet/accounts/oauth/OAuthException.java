package dev.trivet.accounts.oauth;

/** A provider did not say who somebody is. The message may be shown. */
public final class OAuthException extends Exception {
    public OAuthException(String message) {
        super(message);
    }
}
