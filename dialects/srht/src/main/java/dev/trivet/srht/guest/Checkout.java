package dev.trivet.srht.guest;

import dev.trivet.srht.manifest.SourceUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The commands that bring a source into the home directory (spec section 2.1). They are argument vectors that run in the home
 * directory one after the other; the first that fails fails the job. Nothing of a source can become an option of a command, and
 * nothing of it goes through a shell.
 */
public final class Checkout {
    /** A new machine knows no host key, so none is checked. */
    private static final String SSH =
            "ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";

    /** Nobody is there to be asked for a password. */
    private static final List<String> GIT = List.of("env", "GIT_SSH_COMMAND=" + SSH, "GIT_TERMINAL_PROMPT=0", "git");

    private Checkout() {}

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

    /**
     * The commands.
     *
     * @param source one without a {@link #problem}
     */
    public static List<List<String>> commands(SourceUrl source) {
        problem(source).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        return source.scm().equals("hg") ? mercurial(source) : git(source);
    }

    private static List<List<String>> git(SourceUrl source) {
        List<List<String>> commands = new ArrayList<>();
        commands.add(git("clone", "--", source.url(), source.directory()));
        if (source.ref() != null) {
            // The last "--" says that the word before it is a revision, even when a file has the same name.
            commands.add(git("-C", source.directory(), "checkout", "-q", source.ref(), "--"));
        }
        commands.add(git("-C", source.directory(), "submodule", "update", "--init", "--recursive"));
        return commands;
    }

    private static List<String> git(String... arguments) {
        return Stream.concat(GIT.stream(), Stream.of(arguments)).toList();
    }

    private static List<List<String>> mercurial(SourceUrl source) {
        List<List<String>> commands = new ArrayList<>();
        commands.add(List.of("hg", "clone", "--ssh", SSH, "--", source.url(), source.directory()));
        if (source.ref() != null) {
            commands.add(List.of("hg", "--cwd", source.directory(), "update", "-y", "--", source.ref()));
        }
        return commands;
    }
}
