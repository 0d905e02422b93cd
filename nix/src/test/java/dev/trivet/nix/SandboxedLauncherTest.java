package dev.trivet.nix;

import static dev.trivet.nix.PrivateStore.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.trivet.nix.EvaluationLine.Failure;
import dev.trivet.nix.EvaluationLine.Job;
import dev.trivet.nix.EvaluationRequest.Bounds;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation of what strangers write, by the Nix and the bubblewrap that are installed. */
class SandboxedLauncherTest {
    private static final Bounds SHORT = new Bounds(Duration.ofMinutes(2), Duration.ofSeconds(20), 4L << 30, 1 << 20);

    @TempDir
    Path directory;

    private final Map<String, EvaluationLine> lines = new LinkedHashMap<>();
    private PrivateStore store;
    private Path boxes;
    private SandboxedLauncher launcher;

    @BeforeEach
    void start() throws Exception {
        store = new PrivateStore(directory);
        boxes = store.directory.resolve("boxes");
        launcher = SandboxedLauncher.of(store.nix, boxes);
    }

    /** Without restrict_eval: only the sandbox stands between the expression and the machine. */
    private EvaluationRequest unrestricted(String expression, boolean network) {
        return new EvaluationRequest(
                store.source(expression), "", false, "default.nix", List.of(), false, true, network, SHORT);
    }

    private EvaluationEnd evaluate(EvaluationRequest request) throws InterruptedException {
        return new ReplEvaluator(store.nix, launcher).evaluate(request, line -> lines.put(line.attr(), line));
    }

    private String failure(String attr) {
        assertThat(lines.get(attr)).isInstanceOf(Failure.class);
        return ((Failure) lines.get(attr)).message();
    }

    private String name(String attr) {
        assertThat(lines.get(attr)).as("%s of %s", attr, lines).isInstanceOf(Job.class);
        return ((Job) lines.get(attr)).name();
    }

    /** A derivation whose name tells what an expression is. */
    private static String telling(String expression) {
        return "derivation { name = " + expression + "; system = \"x86_64-linux\"; builder = \"/bin/sh\"; }";
    }

    private void assertNothingIsLeft() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            try (Stream<Path> left = Files.list(boxes)) {
                boolean running = ProcessHandle.current()
                        .descendants()
                        .map(process -> process.info().command().orElse(""))
                        .anyMatch(command -> command.matches(".*/(bwrap|nix|slirp4netns)"));
                if (left.findAny().isEmpty() && !running) {
                    return;
                }
            }
            assertThat(System.nanoTime()).as("time to clean up").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Test
    void filesOfTheMachineAreNotThere() throws Exception {
        Path secret = store.directory.resolve("secret");
        Files.writeString(secret, "secret");
        Path root = Path.of(System.getProperty("user.home"));
        EvaluationEnd end = evaluate(unrestricted(
                "{ secret = builtins.readFile " + secret + "; shadow = builtins.readFile /etc/shadow; home ="
                        + " builtins.readDir (/. + \"" + root + "\"); around = "
                        + telling("builtins.concatStringsSep \"-\" (builtins.attrNames (builtins.readDir "
                                + store.directory + "))")
                        + "; slash = "
                        + telling("builtins.concatStringsSep \"-\" (builtins.attrNames (builtins.readDir /.))")
                        + "; settings = "
                        + telling("builtins.replaceStrings [ \" \" \"\\n\" ] [ \"-\" \"_\" ]"
                                + " (builtins.readFile /etc/nix/nix.conf)")
                        + "; }",
                false));
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(3, 3));
        assertThat(failure("secret")).contains("No such file");
        assertThat(failure("shadow")).contains("No such file");
        assertThat(failure("home")).contains("No such file");
        assertThat(name("around")).isEqualTo("STORE-src");
        assertThat(name("slash").split("-"))
                .doesNotContain("var", "root", "home", "sys", "srv", "opt", "mnt")
                .contains("usr", "tmp");
        assertThat(name("settings")).isEqualTo("experimental-features-=-nix-command-flakes_");
        assertNothingIsLeft();
    }

    @Test
    void theEnvironmentIsTheEvaluatorsOwn() throws Exception {
        Map<String, String> environment = new HashMap<>(store.nix.environment());
        environment.put("TOKEN", "t0ps3cret");
        environment.put("NIX_CONFIG", "access-tokens = x=t0ps3cret");
        Path certificates = Files.writeString(store.directory.resolve("certificates"), "for everybody");
        environment.put("NIX_SSL_CERT_FILE", certificates.toString());
        var nix = new Nix(
                store.nix.directory(),
                store.nix.version(),
                store.nix.storeDirectory(),
                store.nix.evalJobs(),
                environment);
        launcher = SandboxedLauncher.of(nix, boxes);
        String seen = said(launcher.start(Launch.of(
                List.of("/bin/sh", "-c", "tr '\\0' '\\n' < /proc/1/environ; echo --; env; ps -e; cat " + certificates),
                environment,
                Path.of("/"))));
        assertThat(seen)
                .contains("HOME=/tmp/home\n", "NIX_STORE_DIR=" + store.nix.storeDirectory())
                .contains("--\n", "for everybody")
                .doesNotContain("t0ps3cret", "TOKEN");
        assertThat(seen.lines().filter(line -> line.contains("java")))
                .as("other processes")
                .isEmpty();
    }

    private static String said(Process process) throws Exception {
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said;
    }

    /** A process that has an evaluator, to be killed. */
    static final class Victim {
        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            var store = new PrivateStore(directory);
            Process evaluator = SandboxedLauncher.of(store.nix, directory.resolve("boxes"))
                    .start(Launch.of(
                                    List.of("/bin/sh", "-c", "setsid sh -c 'echo begun; sleep 600' & wait"),
                                    store.nix.environment(),
                                    Path.of("/"))
                            .reaching(true));
            evaluator.getInputStream().read();
            System.out.println("begun");
            Thread.sleep(600_000);
        }
    }

    @Test
    void nothingOutlivesTheProcessThatStartedIt() throws Exception {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        store.directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(victim.getInputStream().read()).isEqualTo('b');
            List<ProcessHandle> started = victim.descendants().toList();
            assertThat(started)
                    .extracting(process -> process.info().command().orElse(""))
                    .anyMatch(command -> command.endsWith("/bwrap"))
                    .anyMatch(command -> command.endsWith("/slirp4netns"))
                    .anyMatch(command -> command.endsWith("/nix"));
            victim.destroyForcibly();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (started.stream().anyMatch(ProcessHandle::isAlive)) {
                assertThat(System.nanoTime()).as("time to die").isLessThan(deadline);
                Thread.sleep(5);
            }
        } finally {
            victim.destroyForcibly();
        }
    }

    @Test
    void failuresAreTheSameAsWithoutASandbox() throws Exception {
        String expression = """
                { sys ? "x" }: {
                  ok = derivation { name = "ok"; system = "x86_64-linux"; builder = "/bin/sh"; };
                  missing = {}.nope; badType = 1 + "x"; inf = let x = x; in x;
                  recur = let f = x: f (x+1) + 1; in f 1;
                  ab = abort "stop"; thr = throw "thrown"; ass = assert false; 1;
                  badDrv = derivation { name = "bad name!"; system = "x"; builder = "b"; };
                  noBuilder = derivation { name = "x"; }; imp = import ./nonexistent.nix;
                  number = 7;
                  zAfter = derivation { name = "after"; system = "x86_64-linux"; builder = "/bin/sh"; }; }
                """;
        EvaluationRequest request = EvaluationRequest.of(store.source(expression), "default.nix");
        assertThat(evaluate(request)).isEqualTo(new EvaluationEnd.Completed(2, 10));
        Map<String, EvaluationLine> outside = new LinkedHashMap<>();
        new ReplEvaluator(store.nix, Launcher.HOST).evaluate(request, line -> outside.put(line.attr(), line));
        assertThat(lines).containsExactlyInAnyOrderEntriesOf(outside);
        assertThat(failure("recur")).contains("died");
        assertNothingIsLeft();
    }

    @Test
    void sourcesAreCopiedAndDerivationsBuiltOnTheWay() throws Exception {
        store.source("data.txt", "data");
        EvaluationEnd end = evaluate(unrestricted(
                "let made = " + job("made", "echo -n built > $out") + "; in { import = "
                        + telling("builtins.readFile made") + "; source = "
                        + telling("builtins.readFile \"${./data.txt}\"")
                        + "; }",
                false));
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(2, 0));
        assertThat(name("import")).isEqualTo("built");
        assertThat(name("source")).isEqualTo("data");
    }

    @Test
    void aFlakeIsEvaluatedAtItsCommit() throws Exception {
        Path flake = Files.createDirectories(store.directory.resolve("flake"));
        Files.writeString(
                flake.resolve("flake.nix"),
                "{ outputs = { self }: { hydraJobs.rev = " + telling("self.rev or \"none\"") + "; }; }");
        String commit = store.commit(flake);
        for (boolean network : new boolean[] {true, false}) {
            EvaluationEnd end = evaluate(
                    new EvaluationRequest(flake, commit, true, ".#hydraJobs", List.of(), true, false, network, SHORT));
            assertThat(end).as("network %s", network).isEqualTo(new EvaluationEnd.Completed(1, 0));
            assertThat(name("rev")).isEqualTo(commit);
        }
    }

    @Test
    void theOtherEvaluatorRunsInItToo() throws Exception {
        Path program = Files.createDirectories(store.directory.resolve("tools")).resolve("nix-eval-jobs");
        Files.writeString(program, """
                #!/bin/sh
                drv=$(nix-instantiate "$1" 2>/dev/null)
                echo "{\\"attr\\":\\"a\\",\\"name\\":\\"$(ls %s | tr '\\n' -)\\",\\"drvPath\\":\\"$drv\\"}"
                """.formatted(store.directory));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        var nix = new Nix(
                store.nix.directory(),
                store.nix.version(),
                store.nix.storeDirectory(),
                Optional.of(program),
                store.nix.environment());
        EvaluationEnd end = new EvalJobs(nix, SandboxedLauncher.of(nix, boxes))
                .evaluate(
                        EvaluationRequest.of(store.source(telling("\"x\"")), "default.nix"),
                        line -> lines.put(line.attr(), line));
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(1, 0));
        assertThat(name("a")).isEqualTo("STORE-src-tools-");
    }

    /** An address of this machine that is not its loopback. */
    private static Optional<String> address() throws Exception {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst();
    }

    @Test
    void onlyFlakesReachOtherMachinesAndNobodyTheLoopback() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write("data".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
        try {
            String other = address().orElseThrow();
            String expression =
                    "{ other = " + fetching(other, server) + "; own = " + fetching("127.0.0.1", server) + "; }";
            for (boolean network : new boolean[] {false, true}) {
                lines.clear();
                assertThat(evaluate(unrestricted(expression, network)))
                        .isEqualTo(network ? new EvaluationEnd.Completed(1, 1) : new EvaluationEnd.Completed(0, 2));
                assertThat(failure("own")).contains("unable to download");
            }
            assertThat(name("other")).isEqualTo("data");
            assertNothingIsLeft();
        } finally {
            server.stop(0);
        }
    }

    private static String fetching(String host, HttpServer server) {
        return telling("builtins.readFile (builtins.fetchurl \"http://" + host + ":"
                + server.getAddress().getPort() + "/x\")");
    }

    @Test
    void outputAndMemoryAreBounded() throws Exception {
        EvaluationEnd end = evaluate(new EvaluationRequest(
                store.source("{ loud = builtins.foldl' (a: b: builtins.trace (builtins.concatStringsSep \"\""
                        + " (builtins.genList (x: \"xxxxxxxxxx\") 1000)) a) 0 (builtins.genList (x: x) 200000);"
                        + " hungry = builtins.length (builtins.foldl' (a: b: a ++ builtins.genList (y: { v = [ y b ]; })"
                        + " 1000000) [ ] (builtins.genList (x: x) 100000)); zok = "
                        + job("ok", "true") + "; }"),
                "",
                false,
                "default.nix",
                List.of(),
                true,
                false,
                new Bounds(Duration.ofMinutes(2), Duration.ofSeconds(30), 1L << 30, 1 << 20)));
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(1, 2));
        assertThat(failure("loud")).contains("more than 1048576 bytes");
        assertThat(failure("hungry")).containsAnyOf("died", "memory");
        assertThat(name("zok")).isEqualTo("ok");
        assertNothingIsLeft();
    }

    @Test
    void aCanceledOneTakesEverythingWithIt() throws Exception {
        Path alive = store.directory.resolve("alive");
        var request = unrestricted(
                "{ slow = builtins.readFile (" + job("slow", "echo $$ > " + alive + "; exec sleep 600") + "); }",
                false);
        var evaluator = new ReplEvaluator(store.nix, launcher);
        var end = new AtomicReference<EvaluationEnd>();
        var ended = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                end.set(evaluator.evaluate(request, line -> lines.put(line.attr(), line)));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            ended.countDown();
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.exists(alive) || Files.size(alive) == 0) {
            assertThat(System.nanoTime()).as("time to begin").isLessThan(deadline);
            Thread.sleep(5);
        }
        long builder = Long.parseLong(Files.readString(alive).strip());
        assertThat(ProcessHandle.of(builder)).isPresent();
        evaluator.cancel();
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(end.get()).isEqualTo(new EvaluationEnd.Canceled());
        assertNothingIsLeft();
        while (ProcessHandle.of(builder).filter(ProcessHandle::isAlive).isPresent()) {
            assertThat(System.nanoTime()).as("time to kill").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Test
    void whereThereIsNoSandboxThatIsSaid() throws Exception {
        Path programs = Files.createDirectories(store.directory.resolve("bin"));
        Path bwrap = programs.resolve("bwrap");
        Map<String, String> environment = new HashMap<>(store.nix.environment());
        environment.put("PATH", programs.toString());
        var nix = new Nix(
                store.nix.directory(),
                store.nix.version(),
                store.nix.storeDirectory(),
                store.nix.evalJobs(),
                environment);
        assertThatThrownBy(() -> SandboxedLauncher.orHost(nix, boxes, true))
                .isInstanceOf(NixException.class)
                .hasMessageContaining("there is no bwrap")
                .hasMessageContaining("apt-get install bubblewrap");
        assertThat(SandboxedLauncher.orHost(nix, boxes, false)).isSameAs(Launcher.HOST);
        Files.writeString(bwrap, "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n");
        Files.setPosixFilePermissions(bwrap, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> SandboxedLauncher.of(nix, boxes)).hasMessageContaining("No permissions");
        assertNothingIsLeft();
    }

    @Test
    void settingsAreOnlyThoseThatAnEvaluatorNeeds() throws Exception {
        Path conf = Files.createDirectories(store.directory.resolve("other"));
        Files.writeString(conf.resolve("nix.conf"), """
                # a comment
                experimental-features = nix-command flakes # really
                access-tokens = github.com=ghp_secret
                netrc-file = /etc/nix/netrc
                !include more.conf
                include nix.conf
                """);
        Files.writeString(conf.resolve("more.conf"), "system = riscv64-linux\nsecret-key-files = /x\n");
        Map<String, String> environment = Map.of("NIX_CONF_DIR", conf.toString());
        assertThat(EvaluatorSettings.of(environment).lines().distinct())
                .containsExactly("experimental-features = nix-command flakes", "system = riscv64-linux");
        environment = Map.of(
                "NIX_CONF_DIR",
                conf + "/nowhere",
                "NIX_CONFIG",
                "sandbox = true\nsystem = i686-linux\naccess-tokens = x=y");
        assertThat(EvaluatorSettings.of(environment)).isEqualTo("system = i686-linux\n");
    }
}
