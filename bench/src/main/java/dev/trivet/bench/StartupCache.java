package dev.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The JVM's start-up cache, as the launcher makes it. */
final class StartupCache {
    private StartupCache() {}

    /** Makes one; empty, with the reason told on standard error, when the program cannot be trained here. */
    static Optional<Path> train(Scratch scratch) throws IOException, InterruptedException {
        if (!System.getProperty("java.class.path", "").endsWith(".jar")) {
            return Optional.empty(); // the JVM caches classes of jar files only
        }
        Path directory = scratch.directory("aot");
        Path cache = directory.resolve("trivet.aot");
        Path said = directory.resolve("train.txt");
        Process process = new ProcessBuilder(
                        JavaCommand.program(List.of("-XX:AOTCacheOutput=" + cache), List.of("train")))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (process.waitFor() == 0 && Files.exists(cache)) {
            return Optional.of(cache);
        }
        System.err.println("no start-up cache: " + Files.readString(said));
        return Optional.empty();
    }
}
