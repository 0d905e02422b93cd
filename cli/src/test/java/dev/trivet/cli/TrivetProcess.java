package dev.trivet.cli;

import dev.trivet.store.TestPrograms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A command of {@code trivet} in a process of its own, which can be killed with all that it has started. */
final class TrivetProcess implements AutoCloseable {
    private static final long LONGEST_DEATH = TimeUnit.SECONDS.toNanos(30);

    private final Process process;
    private final Path data;

    private TrivetProcess(Process process, Path data) {
        this.process = process;
        this.data = data;
    }

    /**
     * Starts one, which keeps its data in {@code data} and what it says beside it.
     *
     * @param around what is put around the command, such as a namespace
     */
    static TrivetProcess start(
            Path data, Map<String, String> environment, UnaryOperator<List<String>> around, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(around.apply(command));
        builder.environment().putAll(environment);
        boolean serves = arguments.length > 0 && arguments[0].equals("serve");
        builder.environment().put("TRIVET_DATA", (serves ? TestPrograms.in(data) : data).toString());
        builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(Path.of(data + ".out").toFile()));
        return new TrivetProcess(builder.start(), data);
    }

    boolean alive() {
        return process.isAlive();
    }

    /** {@code kill -9} for it and everything that it has started; returns when all of it is gone. */
    void kill() {
        Set<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .collect(Collectors.toSet());
        all.forEach(ProcessHandle::destroyForcibly);
        long end = System.nanoTime() + LONGEST_DEATH;
        while (process.isAlive() || sandboxed() > 0) {
            // What has lost its parent meanwhile is known by its command line.
            sandboxes().forEach(ProcessHandle::destroyForcibly);
            if (System.nanoTime() > end) {
                throw new IllegalStateException("processes of " + data + " do not end");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** How many processes of its sandboxes there are. */
    long sandboxed() {
        return sandboxes().count();
    }

    private Stream<ProcessHandle> sandboxes() {
        String path = data.resolve("sandbox").toString();
        return ProcessHandle.allProcesses()
                .filter(each ->
                        commandLine(each).filter(line -> line.contains(path)).isPresent());
    }

    private static Optional<String> commandLine(ProcessHandle process) {
        return process.info().commandLine();
    }

    /** SIGTERM; returns when it has ended. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
