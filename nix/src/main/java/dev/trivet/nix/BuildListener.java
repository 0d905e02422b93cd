package dev.trivet.nix;

import org.jspecify.annotations.Nullable;

/** Hears what happens while something is built. Called by one thread, in order. */
public interface BuildListener {
    /**
     * Nix begins to build a derivation.
     *
     * @param machine where, if it is another one; otherwise null
     */
    void started(String drvPath, @Nullable String machine);

    /**
     * Another machine cannot build now: Nix asks the next one, or builds here. Or it could, and was lost; then this comes last.
     *
     * @param machine its address, as the request has it
     */
    void unreachable(String machine, String why);

    /** A line of what its builder prints, without its line end. */
    void log(String drvPath, String line);

    /** It comes to a phase, such as {@code buildPhase}. */
    void phase(String drvPath, String phase);

    /** Its builder has ended. */
    void ended(String drvPath);

    /** What Nix itself says, without colours. */
    void message(String text);
}
