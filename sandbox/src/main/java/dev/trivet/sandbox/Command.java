package dev.trivet.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One command in a sandbox.
 *
 * @param arguments the program and its arguments; never a shell string
 * @param environment the environment (nothing is inherited from the host); PATH, HOME, USER and LOGNAME get the account's usual values
 *     unless they are named here
 * @param directory working directory inside the sandbox
 * @param user name of the account inside the sandbox: {@code build} or {@code root}
 */
public record Command(List<String> arguments, Map<String, String> environment, String directory, String user) {
    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        Objects.requireNonNull(directory, "directory is null");
        Objects.requireNonNull(user, "user is null");
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program to run");
        }
    }
}
