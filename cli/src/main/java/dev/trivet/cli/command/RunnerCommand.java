package dev.trivet.cli.command;

import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.server.RemoteRunner;
import dev.trivet.server.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code runner}: executes jobs for a server elsewhere, until SIGTERM or Ctrl-C; it then drains and exits with 0. */
@Command(
        name = "runner",
        description = "Execute jobs for a Trivet server elsewhere, until SIGTERM (or Ctrl-C).",
        footer = {
            "",
            "What concerns sandboxes is configured as for a server: TRIVET_RUNNER_BACKEND, TRIVET_RUNNER_MEMORY, …"
        })
final class RunnerCommand implements Callable<Integer> {
    private static final int LONGEST_TOKEN = 256;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Surroundings surroundings;

    @Option(names = "--server", required = true, paramLabel = "URL", description = "Address of the server.")
    private URI server = URI.create("");

    @Option(
            names = "--token-file",
            required = true,
            paramLabel = "FILE",
            description = "File with a token from: trivet runner-token create")
    private Path tokenFile = Path.of("");

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory (default: ./runner-data).")
    private Path data = Path.of("runner-data");

    @Option(names = "--slots", paramLabel = "N", description = "Jobs at once (default: one for each processor).")
    private @Nullable Integer slots;

    @Option(names = "--name", paramLabel = "NAME", description = "What people call it (default: this machine's name).")
    private String name = "";

    @Option(
            names = "--labels",
            split = ",",
            paramLabel = "LABEL",
            description = "What it offers to jobs that ask for it.")
    private List<String> labels = List.of();

    @Option(
            names = "--mandatory",
            split = ",",
            paramLabel = "LABEL",
            description = "It takes only jobs that ask for all of these.")
    private List<String> mandatory = List.of();

    @Option(names = "--speed-factor", paramLabel = "X", description = "How fast it is beside others (default: 1).")
    private double speedFactor = 1;

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            description = "Time for running jobs to end after SIGTERM (default: 30).")
    private int drainSeconds = 30;

    @Option(names = "--insecure", description = "Send the token over http to another machine all the same.")
    private boolean insecure;

    RunnerCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        checkServer();
        var options =
                new RemoteRunner.Options(server, token(), name, Set.copyOf(labels), Set.copyOf(mandatory), speedFactor);
        var stop = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(stop, ended), "runner-stop"));
        try (RemoteRunner runner = RemoteRunner.start(settings(), options, Clock.systemUTC())) {
            surroundings.output().say("the runner works for " + server);
            stop.await();
            surroundings.output().say("draining: no more jobs, and " + drainSeconds + " s for those that run");
            runner.drain(Duration.ofSeconds(drainSeconds));
        } finally {
            ended.countDown();
        }
        return ExitCode.SUCCESS;
    }

    /** An orderly end is a success, though a signal asked for it. */
    private static void stopAndWait(CountDownLatch stop, CountDownLatch ended) {
        boolean running = ended.getCount() > 0;
        stop.countDown();
        try {
            ended.await();
            if (running) {
                Runtime.getRuntime().halt(ExitCode.SUCCESS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void checkServer() throws CommandException {
        boolean secure = "https".equals(server.getScheme());
        if (server.getHost() == null || (!secure && !"http".equals(server.getScheme()))) {
            throw CommandException.usage("'" + server + "' is no address of a server: write https://HOST[:PORT]");
        }
        if (!secure && !insecure && !LOOPBACK.contains(server.getHost())) {
            throw CommandException.usage("over plain http everybody on the way to " + server.getHost()
                    + " could read the token and the jobs: use https, or --insecure if the network is your own");
        }
    }

    private String token() throws CommandException {
        Path file = surroundings.workingDirectory().resolve(tokenFile);
        try {
            Set<PosixFilePermission> open = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            open.removeAll(EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
            if (!open.isEmpty()) {
                surroundings.output().say("warning: others may use " + file + "; run: chmod 600 " + file);
            }
            String token = Files.readString(file).strip();
            if (token.isEmpty() || token.length() > LONGEST_TOKEN || !token.matches("\\w+")) {
                throw CommandException.usage(file
                        + " does not hold a token: write the line that trivet runner-token create printed into it");
            }
            return token;
        } catch (IOException unreadable) {
            throw CommandException.usage("the token file " + file + " cannot be read: " + unreadable.getMessage());
        }
    }

    private Settings settings() {
        Map<String, String> environment = new HashMap<>(surroundings.environment());
        if (slots != null) {
            environment.put("TRIVET_RUNNER_SLOTS", slots.toString());
        }
        return Settings.read(
                new Settings.Options(null, surroundings.workingDirectory().resolve(data), null, null, null, false),
                environment);
    }
}
