package dev.trivet.sandbox;

import java.io.InputStream;

/**
 * One open sandbox. Commands run one after another or side by side. Methods may be called from any thread; {@link #close()} may be
 * called at any time, more than once, and ends every process in the sandbox.
 */
public interface Sandbox extends AutoCloseable {
    /** The key it was opened with. */
    String key();

    /**
     * How the sandbox's own commands call a path of the sandbox: the same, but where there is no file system of its own ({@code
     * host}). Needed only for paths in arguments and variables; {@link Command#directory} and the methods here take sandbox paths.
     */
    default String path(String path) {
        return path;
    }

    /** Starts a command; its standard output and error go to {@code sink} in the order in which they were written. */
    Execution start(Command command, OutputSink sink) throws SandboxException;

    /** Unpacks a tar stream below {@code directory} (absolute, made when missing), as root of the sandbox, keeping owners and modes. */
    void putTar(String directory, InputStream tar) throws SandboxException;

    /**
     * Opens one regular file of the sandbox for reading, without following a symbolic link out of the sandbox's own root.
     *
     * @param path absolute path inside the sandbox
     * @throws SandboxException with reason {@code NOT_FOUND} or {@code NOT_A_FILE}, saying which path and why
     */
    SandboxFile readFile(String path) throws SandboxException;

    /** Ends all processes and turns the writable layer into a snapshot that other sandboxes can stand on. The sandbox is closed by it. */
    String freeze() throws SandboxException;

    /** What it used so far. */
    Usage usage();

    /** Kills all processes, unmounts, throws the writable layer away. Never throws: leftovers are for {@link SandboxBackend#sweep}. */
    @Override
    void close();

    /** A file of the sandbox: its size in bytes and its content. The content must be closed. */
    record SandboxFile(String path, long size, InputStream content) {}

    /** @param memoryPeakBytes 0 if unknown */
    record Usage(long memoryPeakBytes, long cpuMillis, long diskBytes, int outOfMemoryKills) {}
}
