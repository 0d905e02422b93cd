package dev.trivet.nix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Repositories that are evaluated again and again: each is mirrored once, with its pull requests, and checked out from there. Never asks for a
 * password. Thread-safe.
 */
final class Mirror {
    private static final int SAID = 4096;

    private final Path directory;
    private final Map<String, String> environment;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    Mirror(Path directory, Map<String, String> environment) {
        this.directory = Objects.requireNonNull(directory, "directory is null");
        this.environment = new HashMap<>(environment);
        this.environment.put("GIT_TERMINAL_PROMPT", "0");
        this.environment.put("GIT_ALLOW_PROTOCOL", "https:http:git:ssh:file");
        this.environment.put("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
    }

    /**
     * Puts the files of a commit into an empty directory, with a repository around them.
     *
     * @return the commit's full name
     * @throws NixException if git cannot get them; the message has what it said
     */
    String checkOut(String url, String commit, Path target, Duration longest) throws IOException, InterruptedException {
        Path mirror = of(directory, url);
        ReentrantLock lock = locks.computeIfAbsent(url, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (!has(mirror, commit)) {
                update(url, mirror, longest);
            }
            if (!has(mirror, commit)) {
                throw new NixException("the repository " + url + " has no commit " + commit);
            }
            git(longest, "clone", "--quiet", "--no-checkout", "--", mirror.toString(), target.toString());
            String full = run(longest, "-C", mirror.toString(), "rev-parse", "--verify", commit + "^{commit}").text;
            git(longest, "-C", target.toString(), "checkout", "--quiet", "--detach", full);
            return full;
        } finally {
            lock.unlock();
        }
    }

    private void update(String url, Path mirror, Duration longest) throws IOException, InterruptedException {
        if (!Files.isDirectory(mirror)) {
            Files.createDirectories(mirror);
            git(longest, "init", "--quiet", "--bare", mirror.toString());
        }
        git(
                longest,
                "-C",
                mirror.toString(),
                "fetch",
                "--quiet",
                "--force",
                "--prune",
                "--no-write-fetch-head",
                "--",
                url,
                "+refs/*:refs/*");
    }

    private boolean has(Path mirror, String commit) throws IOException, InterruptedException {
        return Files.isDirectory(mirror)
                && run(Duration.ofMinutes(1), "-C", mirror.toString(), "cat-file", "-e", commit + "^{commit}").code
                        == 0;
    }

    private void git(Duration longest, String... arguments) throws IOException, InterruptedException {
        Said said = run(longest, arguments);
        if (said.code != 0) {
            throw new NixException("git failed: " + said.text);
        }
    }

    private record Said(int code, String text) {}

    private Said run(Duration longest, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-c", "advice.detachedHead=false", "-c", "gc.auto=0"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        var text = new StringBuilder();
        Thread reader = Thread.ofVirtual().start(() -> {
            try (var lines = new BoundedLines(process.getInputStream(), SAID)) {
                for (String line = lines.next(); line != null; line = lines.next()) {
                    if (text.length() < SAID) {
                        text.append(line).append('\n');
                    }
                }
            } catch (IOException ended) {
                // The process was ended.
            }
        });
        try {
            if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Said(-1, "it took longer than " + longest.toSeconds() + " s");
            }
            reader.join();
            return new Said(process.exitValue(), text.toString().strip());
        } finally {
            Ending.now(process);
        }
    }

    /** Where the mirror of a repository is or would be. */
    static Path of(Path directory, String url) {
        return directory.resolve(name(url));
    }

    private static String name(String url) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(url.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16) + ".git";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
