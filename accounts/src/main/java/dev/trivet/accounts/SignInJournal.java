package dev.trivet.accounts;

/** Is told of every attempt to sign in. Thread-safe. */
@FunctionalInterface
public interface SignInJournal {
    /** Keeps nothing. */
    SignInJournal NONE = (method, name, outcome, address) -> {};

    /**
     * Takes note.
     *
     * @param method {@code password}, {@code api_key} or {@code ldap}
     * @param name what the person said who they are; empty if only the credential says it
     * @param address of the peer
     */
    void note(String method, String name, SignIn outcome, String address);
}
