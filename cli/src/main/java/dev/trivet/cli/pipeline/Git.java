package dev.trivet.cli.pipeline;

import dev.trivet.cli.process.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls git in a directory. What a hook says about its own repository does not count. */
final class Git {
    /** Set where git itself calls a program, as in a hook. */
    private static final Set<String> OF_ANOTHER = Set.of(
            "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR");

    private static final long SECONDS = 60;

    private final Path directory;

    Git(Path directory) {
        this.directory = directory;
    }

    /** What git prints, without the last line end; empty if it fails, prints nothing, or is not there. */
    Optional<String> ask(String... arguments) {
        try {
            String said = call(arguments);
            String plain = said.endsWith("\n") ? said.substring(0, said.length() - 1) : said;
            return plain.isEmpty() ? Optional.empty() : Optional.of(plain);
        } catch (CommandException e) {
            return Optional.empty();
        }
    }

    /**
     * What git prints.
     *
     * @throws CommandException if it fails or is not there; the message has what it said
     */
    String call(String... arguments) throws CommandException {
        List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        String shown = "git " + arguments[0] + " in " + directory;
        Process process;
        try {
            var builder = new ProcessBuilder(command);
            builder.environment().keySet().removeAll(OF_ANOTHER);
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new CommandException("cannot run git, which has to tell what belongs to " + directory
                    + ". Install git. (" + e.getMessage() + ")");
        }
        try {
            // Both at once: git stops at a pipe that nobody empties.
            CompletableFuture<String> complaint = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            String said = text(process.getInputStream());
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new CommandException(shown + " did not end within " + SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new CommandException(shown + " failed with exit code " + process.exitValue() + ": "
                        + complaint.join().strip());
            }
            return said;
        } catch (UncheckedIOException e) {
            throw new CommandException(shown + " broke off: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(shown + " was interrupted");
        } finally {
            process.destroy();
        }
    }

    private static String text(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
