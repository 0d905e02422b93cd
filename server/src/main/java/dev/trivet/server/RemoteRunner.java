package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.engine.EngineConfig;
import dev.trivet.runner.HostReadings;
import dev.trivet.runner.HttpLink;
import dev.trivet.runner.LinkRefusedException;
import dev.trivet.runner.Runner;
import dev.trivet.runner.RunnerConfig;
import dev.trivet.runner.Wire;
import dev.trivet.sandbox.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A runner in a process of its own, with its own sandboxes, for a server that it reaches over HTTP. Works until {@link #close}. */
public final class RemoteRunner implements AutoCloseable {
    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final Duration PACKAGE_LAYERS = Duration.ofDays(1);

    private static final Pattern SYSTEM = Pattern.compile("\\w+-(linux|darwin|freebsd|openbsd|netbsd)");

    private final Sandboxes sandboxes;
    private final HttpLink link;
    private final Runner runner;

    /**
     * What a runner is told by its operator.
     *
     * @param server its server's address
     * @param token the text of a runner token
     * @param name empty for the name of this machine
     * @param labels what it offers beside its system and the configured features
     * @param mandatory it takes only jobs that ask for all of these
     */
    public record Options(
            URI server, String token, String name, Set<String> labels, Set<String> mandatory, double speedFactor) {
        public Options {
            requireNonNull(server, "server is null");
            requireNonNull(token, "token is null");
            requireNonNull(name, "name is null");
            labels = Set.copyOf(labels);
            mandatory = Set.copyOf(mandatory);
        }
    }

    private RemoteRunner(Sandboxes sandboxes, HttpLink link, Runner runner) {
        this.sandboxes = sandboxes;
        this.link = link;
        this.runner = runner;
    }

    /**
     * Opens the sandboxes, registers (waiting for a server that is away) and begins to claim.
     *
     * @param settings those of the data directory and the sandboxes count
     * @throws IOException if the data directory cannot be used, or the server will not have this runner; the message says why
     * @throws SandboxException if no sandbox works here
     */
    public static RemoteRunner start(Settings settings, Options options, Clock clock)
            throws IOException, SandboxException {
        TrivetServer.makeDataDirectory(settings.data());
        Sandboxes sandboxes = Sandboxes.open(settings, clock);
        boolean complete = false;
        try {
            Optional<NixHost> nix = NixHost.find(settings, clock);
            var link = new HttpLink(
                    options.server(),
                    options.token(),
                    hello(settings, options, nix),
                    new HostReadings(settings.data()));
            var runner = new Runner(
                    link,
                    sandboxes.choose(settings.backend()),
                    sandboxes.images()::resolve,
                    config(settings),
                    nix.map(NixHost::work),
                    clock);
            register(runner);
            complete = true;
            return new RemoteRunner(sandboxes, link, runner);
        } finally {
            if (!complete) {
                sandboxes.close();
            }
        }
    }

    private static void register(Runner runner) throws IOException {
        try {
            runner.start();
        } catch (LinkRefusedException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    private static RunnerConfig config(Settings settings) throws IOException {
        return new RunnerConfig(
                settings.slots(),
                settings.limits(),
                BEAT,
                EngineConfig.DEFAULT.leaseTimeout(),
                false,
                settings.urlSchemes().contains("file"),
                PACKAGE_LAYERS,
                Files.createDirectories(settings.data().resolve("runner")));
    }

    private static Wire.Hello hello(Settings settings, Options options, Optional<NixHost> nix) throws IOException {
        Set<String> provides = new TreeSet<>(settings.provides());
        nix.ifPresent(host -> provides.addAll(host.offers()));
        Set<String> systems = provides.stream()
                .filter(word -> SYSTEM.matcher(word).matches())
                .collect(Collectors.toUnmodifiableSet());
        Set<String> features =
                provides.stream().filter(word -> !systems.contains(word)).collect(Collectors.toUnmodifiableSet());
        String host = HostName.ofThisMachine();
        return new Wire.Hello(
                Wire.PROTOCOL,
                RunnerId.of(settings.data()),
                options.name().isEmpty() ? host : options.name(),
                host,
                systems,
                features,
                options.labels(),
                options.mandatory(),
                settings.slots(),
                Runtime.getRuntime().availableProcessors(),
                options.speedFactor());
    }

    /** How many attempts it executes now. */
    public int busy() {
        return runner.busy();
    }

    /** Takes no more jobs and waits for those it has, until {@code longest} is over. */
    public void drain(Duration longest) {
        runner.drain(longest);
    }

    /** Ends at once; what still runs is handed back as lost. */
    @Override
    public void close() {
        for (AutoCloseable part : List.<AutoCloseable>of(runner, link, sandboxes)) {
            closeQuietly(part);
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception failed) {
            org.slf4j.LoggerFactory.getLogger(RemoteRunner.class).warn("a part did not close in order", failed);
        }
    }
}
