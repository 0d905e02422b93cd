package dev.trivet.server;

import static java.util.Objects.requireNonNull;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.AdministratorToken;
import dev.trivet.accounts.Sessions;
import dev.trivet.blobs.BlobStore;
import dev.trivet.engine.Engine;
import dev.trivet.engine.EngineConfig;
import dev.trivet.engine.RunnerInfo;
import dev.trivet.harmont.Harmont;
import dev.trivet.http.AccountIdentities;
import dev.trivet.http.HttpServer;
import dev.trivet.http.HttpSettings;
import dev.trivet.http.Routes;
import dev.trivet.logs.LogSettings;
import dev.trivet.logs.LogStore;
import dev.trivet.runner.LocalLink;
import dev.trivet.runner.Runner;
import dev.trivet.runner.RunnerConfig;
import dev.trivet.sandbox.SandboxBackend;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.store.Database;
import dev.trivet.store.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: everything is made here, once, by hand, and taken apart in the opposite order. A server answers requests from
 * {@link #start} until {@link #close}. Thread-safe.
 */
public final class TrivetServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TrivetServer.class);
    private static final Duration SESSION = Duration.ofDays(30);
    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final Duration PACKAGE_LAYERS = Duration.ofDays(1);

    private final Settings settings;
    private final Clock clock;
    private final Deque<Closing> closings = new ArrayDeque<>();
    private final AdministratorToken administratorToken;
    private final HttpServer http;
    private final @Nullable Runner runner;
    private final Wiring wiring;

    private TrivetServer(Settings settings, Clock clock) throws IOException, SandboxException {
        this.settings = requireNonNull(settings, "settings is null");
        this.clock = requireNonNull(clock, "clock is null");
        boolean complete = false;
        try {
            makeDataDirectory(settings.data());
            CompletableFuture<Sandboxes> sandboxes = settings.embedded() ? sandboxes() : new CompletableFuture<>();
            CompletableFuture<Optional<NixHost>> nix = settings.embedded() ? nix() : new CompletableFuture<>();
            Storage storage = Storage.open(settings);
            closing("database", storage);
            Database database = storage.database();
            var accounts = new Accounts(database, clock);
            this.administratorToken = accounts.bootstrapAdministrator(
                    settings.adminToken(), settings.data().resolve("admin-token"));
            LogStore logs = LogStore.open(
                    settings.data().resolve("logs"), LogSettings.DEFAULT.withMaxBytes(settings.logBytes()), clock);
            closing("logs", logs);
            BlobStore blobs = BlobKeys.open(settings, clock);
            closing("blobs", blobs);
            var runs = new RunStore(database);
            var engine = new Engine(
                    database,
                    clock,
                    EngineConfig.DEFAULT.withAbsence(settings.runnerAbsence()),
                    new FreeSpace(settings.data(), settings.minFreeSpace()));
            closing("engine", engine);
            var sessions = new Sessions(database, accounts, clock, SESSION);
            int port = settings.port() == 0 ? FreePort.on(settings.host()) : settings.port();
            var pages = new Wiring(
                    new Harmont.Ground(database, engine, logs, blobs, runs, accounts, clock),
                    sessions,
                    origin(settings, port),
                    settings);
            this.wiring = pages;
            var collector = new BlobCollector(
                    blobs,
                    hashes -> {
                        Set<String> referenced = new HashSet<>(runs.referencedBlobs(hashes));
                        referenced.addAll(pages.referencedBlobs(hashes));
                        return referenced;
                    },
                    settings.data());
            closing("blob collector", collector);
            this.http = new HttpServer(
                    HttpSettings.on(settings.host(), port).withSecureCookies(settings.secureCookies()),
                    wiring.routes(),
                    new AccountIdentities(accounts, sessions));
            closing("http", http);
            closing("requests that wait", engine::letGo);
            http.start();
            engine.events().listen("logs", new LogCloser(runs, logs));
            closing("pages", wiring);
            wiring.listen();
            engine.start();
            collector.start();
            this.runner = settings.embedded() ? run(engine, logs, blobs, joined(sandboxes), joinedNix(nix)) : null;
            if (runner != null) {
                closing("runner", runner);
            }
            complete = true;
        } finally {
            if (!complete) {
                takeApart();
            }
        }
    }

    /**
     * Starts a server and returns when it answers.
     *
     * @throws IOException if it cannot start: address in use, data directory in use or of another version; the message says what to do
     * @throws SandboxException if no sandbox works here
     */
    public static TrivetServer start(Settings settings, Clock clock) throws IOException, SandboxException {
        return new TrivetServer(settings, clock);
    }

    /** Where it answers, from this machine. */
    public URI address() {
        return http.uri();
    }

    /** Everything that it answers. */
    Routes routes() {
        return wiring.routes();
    }

    /** Where the administrator's token came from. */
    public AdministratorToken administratorToken() {
        return administratorToken;
    }

    /** Lets running jobs end within the drain time-out, then stops everything in order. Calling it again does nothing. */
    @Override
    public void close() {
        wiring.draining();
        if (runner != null) {
            runner.drain(settings.drainTimeout());
        }
        takeApart();
    }

    /** The address that pages, logs and builds name: as configured, or where this server listens. */
    private static String origin(Settings settings, int port) {
        boolean everywhere =
                settings.host().equals("0.0.0.0") || settings.host().equals("::");
        String host = everywhere ? "127.0.0.1" : settings.host();
        return settings.origin().orElse("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }

    private CompletableFuture<Sandboxes> sandboxes() {
        CompletableFuture<Sandboxes> opening = CompletableFuture.supplyAsync(
                () -> openSandboxes(settings, clock),
                task -> Thread.ofPlatform().name("sandbox-start").start(task));
        closing("sandboxes", () -> closeWhenOpen(opening));
        return opening;
    }

    private CompletableFuture<Optional<NixHost>> nix() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return NixHost.find(settings, clock);
                    } catch (IOException unusable) {
                        throw new UncheckedIOException(unusable);
                    }
                },
                task -> Thread.ofVirtual().name("nix-start").start(task));
    }

    private static Optional<NixHost> joinedNix(CompletableFuture<Optional<NixHost>> nix) throws IOException {
        try {
            return nix.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof UncheckedIOException unusable) {
                throw unusable.getCause();
            }
            throw failed;
        }
    }

    private Runner run(Engine engine, LogStore logs, BlobStore blobs, Sandboxes sandboxes, Optional<NixHost> nix)
            throws IOException, SandboxException {
        SandboxBackend backend = sandboxes.choose(settings.backend());
        log.info("jobs run in sandboxes of {}", backend.id());
        Set<String> provides = new TreeSet<>(settings.provides());
        nix.ifPresent(host -> provides.addAll(host.offers()));
        UUID self = RunnerId.of(settings.data());
        nix.ifPresent(host -> wiring.publish(host, self));
        var info = new RunnerInfo(self, HostName.ofThisMachine(), provides, Set.of(), settings.slots());
        var config = new RunnerConfig(
                settings.slots(),
                settings.limits(),
                BEAT,
                EngineConfig.DEFAULT.leaseTimeout(),
                settings.databaseUrl().isEmpty(),
                settings.urlSchemes().contains("file"),
                PACKAGE_LAYERS,
                settings.data().resolve("runner"));
        var started = new Runner(
                new LocalLink(engine, logs, blobs, info),
                backend,
                sandboxes.images()::resolve,
                config,
                nix.map(NixHost::work),
                clock);
        started.start();
        return started;
    }

    private static Sandboxes openSandboxes(Settings settings, Clock clock) {
        try {
            return Sandboxes.open(settings, clock);
        } catch (SandboxException refused) {
            throw new CompletionException(refused);
        }
    }

    private static void closeWhenOpen(CompletableFuture<Sandboxes> sandboxes) {
        try {
            sandboxes.join().close();
        } catch (CompletionException neverOpened) {
            log.debug("there are no sandboxes to close", neverOpened);
        }
    }

    private static Sandboxes joined(CompletableFuture<Sandboxes> sandboxes) throws SandboxException {
        try {
            return sandboxes.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof SandboxException refused) {
                throw refused;
            }
            throw failed;
        }
    }

    static void makeDataDirectory(Path data) throws IOException {
        if (!Files.isDirectory(data)) {
            Files.createDirectories(data);
            // Logs, secrets and the database of everybody: for the server's account alone.
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx--x--x"));
        }
    }

    private void closing(String what, AutoCloseable part) {
        closings.push(new Closing(what, part));
    }

    private synchronized void takeApart() {
        while (!closings.isEmpty()) {
            Closing next = closings.pop();
            try {
                next.part.close();
            } catch (Exception failed) {
                log.warn("{} did not close in order", next.what, failed);
            }
        }
    }

    private record Closing(String what, AutoCloseable part) {}
}
