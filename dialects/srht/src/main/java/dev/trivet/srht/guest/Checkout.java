package dev.trivet.srht.guest;

import dev.trivet.srht.manifest.SourceUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The commands that bring a source into the home directory (spec section 2.1). Nothing of a source can become an option of a
 * command, and nothing goes through a shell.
 *
 * @param commands run one after the other; the first that fails fails the job
 */
public record Checkout(List<Step> commands) {
    private static final String SSH =
            "ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";

    /**
     * What the commands need in their environment: no host key is checked, as a new machine knows none, and nobody is asked for a
     * password, as nobody is there.
     */
    public static final Map<String, String> ENVIRONMENT = Map.of("GIT_SSH_COMMAND", SSH, "GIT_TERMINAL_PROMPT", "0");

    public Checkout {
        commands = List.copyOf(commands);
    }

    /**
     * One command.
     *
     * @param arguments the program and its arguments
     * @param directory where it runs, relative to the home directory; empty for the home directory itself
     */
    public record Step(List<String> arguments, String directory) {
        public Step {
            arguments = List.copyOf(arguments);
            Objects.requireNonNull(directory, "directory is null");
        }
    }

    /** Why this source cannot be cloned, or nothing. The job fails with it when it comes to this source. */
    public static Optional<String> problem(SourceUrl source) {
        if (source.ref() != null && source.ref().startsWith("-")) {
            return Optional.of("source " + source.text() + ": a ref must not begin with '-'");
        }
        return switch (source.scm()) {
            case "git", "hg" -> Optional.empty();
            default ->
                Optional.of("source " + source.text() + ": unknown source control '" + source.scm()
                        + "'; git and hg are known");
        };
    }

    /** The commands for a source that has no {@link #problem}. */
    public static Checkout of(SourceUrl source) {
        problem(source).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        return new Checkout(source.scm().equals("hg") ? mercurial(source) : git(source));
    }

    private static List<Step> git(SourceUrl source) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(List.of("git", "clone", "--", source.url(), source.directory()), ""));
        if (source.ref() != null) {
            // The last "--" says that the word before it is a revision, even when a file has the same name.
            steps.add(new Step(List.of("git", "checkout", "-q", source.ref(), "--"), source.directory()));
        }
        steps.add(new Step(List.of("git", "submodule", "update", "--init", "--recursive"), source.directory()));
        return steps;
    }

    private static List<Step> mercurial(SourceUrl source) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(List.of("hg", "clone", "--ssh", SSH, "--", source.url(), source.directory()), ""));
        if (source.ref() != null) {
            steps.add(new Step(List.of("hg", "update", "-y", "--", source.ref()), source.directory()));
        }
        return steps;
    }
}
