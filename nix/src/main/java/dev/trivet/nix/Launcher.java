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
     * @param command its argument vector
     * @param environment all of its environment
     * @param directory where it runs
     * @throws IOException if it cannot be started
     */
    Process start(List<String> command, Map<String, String> environment, Path directory) throws IOException;

    /** On this machine. */
    Launcher HOST = (command, environment, directory) -> {
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    };

    /** The same with a bound of the address space of each process, in bytes. */
    default Launcher bounded(long bytes) {
        return (command, environment, directory) -> {
            List<String> limited = new java.util.ArrayList<>(List.of("prlimit", "--as=" + bytes, "--core=0", "--"));
            limited.addAll(command);
            return start(limited, environment, directory);
        };
    }
}
