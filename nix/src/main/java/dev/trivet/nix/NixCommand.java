package dev.trivet.nix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One call of the program {@code nix} on this machine. For one thread. */
final class NixCommand {
    private static final Pattern ABSENT = Pattern.compile("path '([^']+)' (?:is not valid|does not exist)");
    private static final int MOST_COMPLAINTS = 64 << 10;

    private final List<String> command;
    private final Map<String, String> environment;
    private int longest = 16 << 20;

    NixCommand(Nix nix, List<String> arguments) {
        Objects.requireNonNull(nix, "nix is null");
        this.command =
                new ArrayList<>(List.of(nix.program("nix"), "--extra-experimental-features", "nix-command flakes"));
        this.command.addAll(arguments);
        this.environment = new HashMap<>(nix.environment());
    }

    /** In bytes; a longer one is an error. */
    NixCommand longestAnswer(int bytes) {
        longest = bytes;
        return this;
    }

    /** What this process alone finds in its environment. */
    NixCommand with(Map<String, String> more) {
        environment.putAll(more);
        return this;
    }

    /**
     * Runs it to its end.
     *
     * @return what it prints
     * @throws PathAbsentException if it complains that a path is not there
     * @throws IOException if it fails, with its complaint
     * @throws InterruptedException if the caller is to stop; then the process is stopped, too
     */
    String run() throws IOException, InterruptedException {
        Process process = Launcher.HOST.start(command, environment, Path.of("/"));
        try {
            process.getOutputStream().close();
            CompletableFuture<String> complaints = new CompletableFuture<>();
            Thread.ofVirtual().name("nix-complaints").start(() -> complaints.complete(end(process.getErrorStream())));
            CompletableFuture<String> answer = new CompletableFuture<>();
            Thread.ofVirtual().name("nix-answer").start(() -> {
                try {
                    byte[] bytes = process.getInputStream().readNBytes(longest + 1);
                    if (bytes.length > longest) {
                        throw new IOException(name() + " answers more than " + longest + " bytes");
                    }
                    answer.complete(new String(bytes, StandardCharsets.UTF_8));
                } catch (IOException failed) {
                    process.destroyForcibly();
                    answer.completeExceptionally(failed);
                }
            });
            int code = process.waitFor();
            String said = complaints.get();
            if (code != 0) {
                throw failure(code, said);
            }
            return answer.get();
        } catch (java.util.concurrent.ExecutionException failed) {
            throw new IOException(failed.getCause());
        } finally {
            if (process.isAlive()) {
                Ending.now(process);
            }
        }
    }

    private IOException failure(int code, String said) {
        Matcher absent = ABSENT.matcher(said);
        return absent.find()
                ? new PathAbsentException(absent.group(1))
                : new IOException(name() + " ended with " + code + ": " + Words.end(Words.plain(said)));
    }

    private String name() {
        return "nix " + command.get(3);
    }

    /** The last of it: the rest is of no use. */
    private static String end(InputStream stream) {
        byte[] last = new byte[0];
        try (stream) {
            byte[] buffer = new byte[8192];
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                byte[] joined = new byte[Math.min(MOST_COMPLAINTS, last.length + count)];
                int kept = joined.length - count;
                System.arraycopy(last, last.length - kept, joined, 0, kept);
                System.arraycopy(buffer, 0, joined, kept, count);
                last = joined;
            }
        } catch (IOException ended) {
            // What was read until then counts.
        }
        return new String(last, StandardCharsets.UTF_8);
    }
}
