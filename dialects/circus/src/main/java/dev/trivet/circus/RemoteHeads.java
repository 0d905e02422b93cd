package dev.trivet.circus;

import dev.trivet.http.HttpException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks repositories where their branches are, by {@code git ls-remote}. Never asks for a password. Thread-safe. */
final class RemoteHeads {
    private static final Logger log = LoggerFactory.getLogger(RemoteHeads.class);
    private static final int OUTPUT_LIMIT = 1 << 20;
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{40,64})\t(\\S+)");
    private static final String BRANCH = "refs/heads/";
    /** The branch that a repository means where nobody names one. */
    static final String HEAD = "HEAD";

    private final Validation validation;
    private final Set<String> schemes;
    private final Duration timeout;

    RemoteHeads(Validation validation, Set<String> schemes, Duration timeout) {
        this.validation = Objects.requireNonNull(validation, "validation is null");
        this.schemes = Set.copyOf(schemes);
        this.timeout = Objects.requireNonNull(timeout, "timeout is null");
    }

    /** A repository did not answer as it should; the message says how. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Where branches are.
     *
     * @param branches names of branches, or {@link #HEAD}
     * @return commits by branch; branches that are not there are left out
     */
    Map<String, String> of(String url, Collection<String> branches) throws RefusedException, InterruptedException {
        refuseInside(url);
        Set<String> references = new TreeSet<>();
        branches.forEach(branch -> references.add(reference(branch)));
        List<String> command = new ArrayList<>(List.of(
                "git", "-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30", "ls-remote", "--quiet", "--", url));
        command.addAll(references);
        String output = run(environment(new ProcessBuilder(command)), "git ls-remote");
        Map<String, String> commits = new HashMap<>();
        output.lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .forEach(line -> commits.put(line.group(2), line.group(1)));
        Map<String, String> heads = new HashMap<>();
        for (String branch : branches) {
            String commit = commits.get(reference(branch));
            if (commit != null) {
                heads.put(branch, commit);
            }
        }
        return heads;
    }

    /**
     * The text of a file of the commit that {@link #HEAD} is; empty if there is none of these.
     *
     * @param paths looked for in their order
     */
    String file(String url, List<String> paths) throws RefusedException, InterruptedException {
        refuseInside(url);
        try (ProbeDirectory directory = ProbeDirectory.create()) {
            String repository = directory.path().resolve("repository").toString();
            run(
                    environment(new ProcessBuilder(List.of(
                            "git",
                            "clone",
                            "--quiet",
                            "--bare",
                            "--depth",
                            "1",
                            "--filter=blob:limit=1m",
                            "--",
                            url,
                            repository))),
                    "git clone");
            for (String path : paths) {
                BoundedProcess.Ending shown = BoundedProcess.run(
                        environment(new ProcessBuilder(
                                List.of("git", "-C", repository, "cat-file", "blob", "HEAD:" + path))),
                        timeout,
                        OUTPUT_LIMIT);
                if (shown instanceof BoundedProcess.Ending.Exited(int code, String text, String error) && code == 0) {
                    return text;
                }
            }
            return "";
        } catch (IOException failed) {
            log.debug("a repository cannot be looked at", failed);
            throw new RefusedException("git cannot be run: " + failed.getMessage());
        }
    }

    private void refuseInside(String url) throws RefusedException {
        if (RepositoryAddress.of(url).isEmpty()) {
            throw new RefusedException("'" + url + "' is no address such as https://host/path");
        }
        try {
            validation.refuseInside("repository_url", url);
        } catch (HttpException refused) {
            throw new RefusedException(String.valueOf(refused.getMessage()));
        } catch (IOException unknown) {
            throw new RefusedException("the host of " + url + " is not known");
        }
    }

    private static String reference(String branch) {
        return branch.equals(HEAD) ? HEAD : BRANCH + branch;
    }

    private ProcessBuilder environment(ProcessBuilder git) {
        Map<String, String> environment = git.environment();
        environment.keySet().removeIf(name -> name.startsWith("TRIVET_") || name.startsWith("GIT_"));
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("GIT_ALLOW_PROTOCOL", String.join(":", schemes));
        environment.put("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=20");
        environment.put("LC_ALL", "C.UTF-8");
        // A redirect could lead to where no address of a user may lead.
        environment.put("GIT_CONFIG_COUNT", "2");
        environment.put("GIT_CONFIG_KEY_0", "http.followRedirects");
        environment.put("GIT_CONFIG_VALUE_0", "false");
        environment.put("GIT_CONFIG_KEY_1", "safe.directory");
        environment.put("GIT_CONFIG_VALUE_1", "*");
        return git;
    }

    private String run(ProcessBuilder git, String what) throws RefusedException, InterruptedException {
        try {
            return switch (BoundedProcess.run(git, timeout, OUTPUT_LIMIT)) {
                case BoundedProcess.Ending.Exited(int code, String output, String error) -> {
                    if (code != 0) {
                        throw new RefusedException(
                                what + " failed: " + (error.isBlank() ? "exit code " + code : error.strip()));
                    }
                    yield output;
                }
                case BoundedProcess.Ending.TimedOut() ->
                    throw new RefusedException(what + " took longer than " + timeout.toSeconds() + " s");
                case BoundedProcess.Ending.TooMuch() -> throw new RefusedException(what + " said more than 1 MiB");
            };
        } catch (IOException missing) {
            throw new RefusedException("git cannot be run: " + missing.getMessage() + "; install it on the server");
        }
    }
}
