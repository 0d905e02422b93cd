package dev.trivet.sandbox;

/** How a command ended. {@link Lost} means infrastructure, not the user's failure. */
public sealed interface Exit {
    /** It exited by itself; 126 and 127 also mean that its directory or program could not be entered or found. */
    record Code(int code) implements Exit {}

    /**
     * A signal ended it. Shells report a signalled child as 128 + signal, and so does every runtime between it and us, so a command
     * that exits with such a code by itself looks the same.
     */
    record Signalled(int signal) implements Exit {}

    /** The memory bound of the sandbox ended it or a process of it. */
    record OutOfMemory() implements Exit {}

    /** It was killed because the sandbox had written more than its bound. */
    record DiskFull(long limitBytes) implements Exit {}

    /** The sandbox went away under it. */
    record Lost(String why) implements Exit {}
}
