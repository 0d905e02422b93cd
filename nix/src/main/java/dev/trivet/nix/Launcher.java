package dev.trivet.nix;

import java.io.IOException;
import java.util.List;

/** Starts programs of Nix: on this machine, or in a sandbox. Thread-safe. */
@FunctionalInterface
public interface Launcher {
    /**
     * Starts one.
     *
     * @throws IOException if it cannot be started
     */
    Process start(Launch launch) throws IOException;

    /** On this machine. */
    Launcher HOST = launch -> {
        var builder = new ProcessBuilder(launch.command())
                .directory(launch.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        return builder.start();
    };

    /** The same with a bound of the address space of each process, in bytes. */
    default Launcher bounded(long bytes) {
        return launch -> start(launch.behind(List.of("prlimit", "--as=" + bytes, "--core=0", "--")));
    }
}
