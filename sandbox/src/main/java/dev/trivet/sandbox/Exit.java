package dev.trivet.sandbox;

/** How a command ended. {@link Lost} means infrastructure, not the user's failure. */
public sealed interface Exit {
    /** It exited by itself. */
    record Code(int code) implements Exit {}

    /** A signal ended it. */
    record Signalled(int signal) implements Exit {}

    /** The memory bound of the sandbox ended it. */
    record OutOfMemory() implements Exit {}

    /** The sandbox went away under it. */
    record Lost(String why) implements Exit {}
}
