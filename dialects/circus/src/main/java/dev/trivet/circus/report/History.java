package dev.trivet.circus.report;

import static java.util.Objects.requireNonNull;

import dev.trivet.circus.BoundedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits between two evaluations, from a clone of the repository that this server has. Nothing is fetched. What authors call themselves is
 * for showing only. Thread-safe.
 */
final class History {
    private static final Logger log = LoggerFactory.getLogger(History.class);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int OUTPUT_LIMIT = 1 << 20;
    private static final int FIELDS = 4;
    private static final Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{4,64}");
    private static final String FORMAT = "--format=%H%x1f%an%x1f%aI%x1f%s";

    private final Function<String, Optional<Path>> clones;
    private final int most;

    /**
     * @param clones where the clone of an address is, if there is one
     * @param most commits of a range that are named; more are counted
     */
    History(Function<String, Optional<Path>> clones, int most) {
        this.clones = requireNonNull(clones, "clones is null");
        this.most = most;
    }

    /** One of them. */
    record Commit(String commit, String author, String date, String subject) {}

    /**
     * What lies between, without the first and with the last.
     *
     * @param commits newest first; null if no clone here has both
     * @param total how many there are; null if that is not known
     */
    record Range(
            String from,
            String to,
            @Nullable List<Commit> commits,
            @Nullable Long total) {
        Map<String, @Nullable Object> json() {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("from_commit", from);
            json.put("to_commit", to);
            json.put("known", commits != null);
            json.put("total", total);
            json.put("commits", commits);
            return json;
        }
    }

    Range between(String url, String from, String to) throws InterruptedException {
        var unknown = new Range(from, to, null, null);
        Optional<Path> clone = clones.apply(url).filter(Files::isDirectory);
        if (clone.isEmpty()
                || !COMMIT.matcher(from).matches()
                || !COMMIT.matcher(to).matches()) {
            return unknown;
        }
        try {
            String range = from + ".." + to;
            Optional<String> counted = git(clone.get(), "rev-list", "--count", range, "--");
            Optional<String> shown =
                    git(clone.get(), "log", "-z", "--max-count=" + most, "--no-notes", FORMAT, range, "--");
            return counted.isEmpty() || shown.isEmpty()
                    ? unknown
                    : new Range(
                            from,
                            to,
                            commits(shown.get()),
                            Long.valueOf(counted.get().strip()));
        } catch (IOException | NumberFormatException failed) {
            log.debug("the history of a repository cannot be read", failed);
            return unknown;
        }
    }

    private static List<Commit> commits(String output) {
        List<Commit> commits = new ArrayList<>();
        for (String record : output.split("\0", -1)) {
            String[] fields = record.split("\u001f", FIELDS);
            if (fields.length == FIELDS) {
                commits.add(new Commit(fields[0].strip(), fields[1], fields[2], fields[3]));
            }
        }
        return commits;
    }

    /** Empty if it does not know the commits. */
    private static Optional<String> git(Path clone, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("git", "--no-pager", "-c", "log.showSignature=false", "-C", clone.toString()));
        command.addAll(List.of(arguments));
        var git = new ProcessBuilder(command);
        Map<String, String> environment = git.environment();
        environment.keySet().removeIf(name -> name.startsWith("TRIVET_") || name.startsWith("GIT_"));
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("GIT_CONFIG_COUNT", "1");
        environment.put("GIT_CONFIG_KEY_0", "safe.directory");
        environment.put("GIT_CONFIG_VALUE_0", "*");
        return BoundedProcess.run(git, LONGEST, OUTPUT_LIMIT)
                                instanceof BoundedProcess.Ending.Exited(int code, String output, String _)
                        && code == 0
                ? Optional.of(output)
                : Optional.empty();
    }
}
