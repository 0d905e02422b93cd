package dev.trivet.sandbox.image;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.SandboxException;
import java.util.List;
import java.util.Optional;

/**
 * Of images to which nothing can be added.
 *
 * @param id what the image has instead, or {@code none}
 */
record NoPackages(String id) implements PackageManager {
    @Override
    public List<Command> addRepository(String name, String value) throws SandboxException {
        throw refusal("repositories");
    }

    @Override
    public List<Command> refresh() throws SandboxException {
        throw refusal("repositories");
    }

    @Override
    public List<Command> install(List<String> packages) throws SandboxException {
        if (packages.isEmpty()) {
            return List.of();
        }
        throw refusal("packages");
    }

    @Override
    public Optional<String> explain(String output) {
        return Optional.empty();
    }

    private static SandboxException refusal(String what) {
        return new SandboxException(
                SandboxException.Reason.UNSUPPORTED,
                "this image has no package manager that is known here, so its " + what
                        + " cannot be set up: use a Debian image, or leave them out and install in a task");
    }
}
