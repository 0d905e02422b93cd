package dev.trivet.nix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts programs of Nix: on this machine, or in a sandbox. Thread-safe. */
@FunctionalInterface
public interface Launcher {
    /**
     * Starts one.
     *
     * @throws IOException if it cannot be started
     */
    Process start(Launch launch) throws IOException;

    /** Starts one that reads nothing of its own and stays on this machine. */
    default Process start(List<String> command, Map<String, String> environment, Path directory) throws IOException {
        return start(new Launch(command, environment, directory, List.of(), false));
    }

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
