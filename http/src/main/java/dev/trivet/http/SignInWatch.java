package dev.trivet.http;

import dev.trivet.accounts.SignIn;
import java.util.List;
import java.util.Optional;

/**
 * Is told of every attempt to sign in, turns away addresses that try too often, and gives those who did sign in the cookies that other clients
 * look for. Thread-safe.
 */
public interface SignInWatch extends Gate {
    /** Keeps nothing and gives nothing. */
    SignInWatch NONE = new SignInWatch() {
        @Override
        public Optional<Response> refuse(String remoteAddress) {
            return Optional.empty();
        }

        @Override
        public void note(String method, String name, SignIn outcome, String address) {}

        @Override
        public List<Header> cookies(String method, String sessionId) {
            return List.of();
        }

        @Override
        public List<Header> cleared() {
            return List.of();
        }
    };

    /**
     * Takes note.
     *
     * @param method {@code password}, {@code api_key} or {@code token}
     * @param name who the person said they are; empty if only the credential says it
     * @param address of the peer
     */
    void note(String method, String name, SignIn outcome, String address);

    /** The further cookies of a session that was opened in this way. */
    List<Header> cookies(String method, String sessionId);

    /** What removes the further cookies. */
    List<Header> cleared();
}
