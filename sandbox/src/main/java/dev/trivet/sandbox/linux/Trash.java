package dev.trivet.sandbox.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes directories: a rename now, the bytes in the background. What a crash leaves is taken up at the next start. Thread-safe.
 */
final class Trash implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Trash.class);
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final Path directory;
    private final UserNamespace namespace;
    private final String rm;
    private final String sync;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("sandbox-trash").factory());

    Trash(Path directory, UserNamespace namespace, Programs programs) throws IOException {
        this.directory = directory;
        this.namespace = namespace;
        this.rm = programs.find("rm").orElse("/bin/rm");
        this.sync = programs.find("sync").orElse("/bin/sync");
        Files.createDirectories(directory);
        worker.execute(this::empty);
    }

    /** Takes a file or directory away at once. One that is not there is ignored. */
    void take(Path path) {
        try {
            Files.move(
                    path, directory.resolve(path.getFileName() + "-" + ShortId.next()), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            log.warn("cannot throw {} away", path, e);
            return;
        }
        if (!worker.isShutdown()) {
            worker.execute(this::empty);
        }
    }

    /** Runs {@code then} when everything written so far to the file system of {@code path} is on the disk. */
    void afterSync(Path path, Runnable then) {
        if (!worker.isShutdown()) {
            worker.execute(() -> {
                if (Subprocess.run(List.of(sync, "-f", path.toString()), LONGEST)
                        .ok()) {
                    then.run();
                }
            });
        }
    }

    private void empty() {
        List<String> arguments = new ArrayList<>(List.of(rm, "-rf", "--one-file-system", "--"));
        int fixed = arguments.size();
        try (var found = Files.list(directory)) {
            found.limit(200).map(Path::toString).forEach(arguments::add);
        } catch (IOException e) {
            log.warn("cannot read {}", directory, e);
        }
        if (arguments.size() == fixed) {
            return;
        }
        // The files belong to ids of the user namespace; real root may delete them anyway, and sooner.
        var result = Subprocess.run(UserNamespace.isRoot() ? arguments : namespace.command(arguments), LONGEST);
        if (!result.ok()) {
            log.warn("some files in {} could not be deleted: {}", directory, result.brief());
        }
    }

    /** Waits up to a minute for what is still to be deleted. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(1, TimeUnit.MINUTES)) {
                log.warn("the rest of {} is deleted at the next start", directory);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
