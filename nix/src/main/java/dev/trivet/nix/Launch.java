package dev.trivet.nix;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A program to start. Immutable.
 *
 * @param command its argument vector
 * @param environment all of its environment
 * @param directory where it runs
 * @param readable what it reads beside the store and the system's programs; matters in a sandbox only
 * @param network whether it may reach other machines; matters in a sandbox only
 */
public record Launch(
        List<String> command, Map<String, String> environment, Path directory, List<Path> readable, boolean network) {
    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        Objects.requireNonNull(directory, "directory is null");
        readable = List.copyOf(readable);
    }

    /** A program that reads nothing of its own and stays on this machine. */
    static Launch of(List<String> command, Map<String, String> environment, Path directory) {
        return new Launch(command, environment, directory, List.of(), false);
    }

    /** The same that reads these too. */
    Launch reading(Path... more) {
        List<Path> all = new ArrayList<>(readable);
        all.addAll(List.of(more));
        return new Launch(command, environment, directory, all, network);
    }

    /** The same with or without other machines. */
    Launch reaching(boolean others) {
        return new Launch(command, environment, directory, readable, others);
    }

    /** The same, started by another program. */
    Launch behind(List<String> first) {
        List<String> all = new ArrayList<>(first);
        all.addAll(command);
        return new Launch(all, environment, directory, readable, network);
    }
}
