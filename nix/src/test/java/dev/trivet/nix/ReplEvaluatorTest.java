package dev.trivet.nix;

import static dev.trivet.nix.PrivateStore.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.nix.EvaluationLine.Failure;
import dev.trivet.nix.EvaluationLine.Job;
import dev.trivet.nix.EvaluationRequest.Bounds;
import dev.trivet.nix.EvaluationRequest.Input;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation by the Nix that is installed, in a store of its own (spec circus section 4). */
class ReplEvaluatorTest {
    @TempDir
    static Path directory;

    private static PrivateStore store;

    private final Map<String, EvaluationLine> lines = new LinkedHashMap<>();

    @BeforeAll
    static void makeStore() throws Exception {
        store = new PrivateStore(directory);
    }

    private EvaluationEnd evaluate(EvaluationRequest request) throws InterruptedException {
        return new ReplEvaluator(store.nix, Launcher.HOST).evaluate(request, line -> lines.put(line.attr(), line));
    }

    private EvaluationEnd evaluate(String expression) throws InterruptedException {
        return evaluate(EvaluationRequest.of(store.source(expression), "default.nix"));
    }

    private Job job(EvaluationLine line) {
        assertThat(line).isInstanceOf(Job.class);
        return (Job) line;
    }

    private String failure(String attr) {
        assertThat(lines.get(attr)).isInstanceOf(Failure.class);
        return ((Failure) lines.get(attr)).message();
    }

    @Test
    void tenKindsOfFailureAreEachTheirOwn() throws Exception {
        EvaluationEnd end = evaluate("""
                { sys ? "x" }: {
                  ok = derivation { name = "ok"; system = "x86_64-linux"; builder = "/bin/sh"; }
                    // { meta.description = "quote \\" back\\\\slash \\n newline $x \\${y} ünï"; meta.timeout = 30; };
                  missing = {}.nope; badType = 1 + "x"; inf = let x = x; in x;
                  recur = let f = x: f (x+1) + 1; in f 1;
                  ab = abort "stop"; thr = throw "thrown"; ass = assert false; 1;
                  badDrv = derivation { name = "bad name!"; system = "x"; builder = "b"; };
                  noBuilder = derivation { name = "x"; }; imp = import ./nonexistent.nix;
                  number = 7;
                  zAfter = derivation { name = "after"; system = "x86_64-linux"; builder = "/bin/sh"; }; }
                """);
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(2, 10));
        assertThat(job(lines.get("ok")).meta().description()).isEqualTo("quote \" back\\slash \n newline $x ${y} ünï");
        assertThat(job(lines.get("ok")).meta().timeout()).isEqualTo(30);
        assertThat(job(lines.get("zAfter")).drvPath()).endsWith("-after.drv");
        assertThat(failure("thr")).isEqualTo("thrown");
        assertThat(failure("ab")).contains("stop");
        assertThat(failure("missing")).contains("nope");
        assertThat(failure("inf")).contains("infinite recursion");
        assertThat(failure("imp")).contains("nonexistent.nix");
        assertThat(failure("recur")).contains("died");
        assertThat(failure("badType")).doesNotContain("\u001b");
        assertThat(lines).containsKeys("ass", "badDrv", "noBuilder").doesNotContainKey("number");
    }

    @Test
    void namesAreQuotedAndSetsLookedInto() throws Exception {
        EvaluationEnd end = evaluate("""
                let j = n: derivation { name = n; system = "x86_64-linux"; builder = "/bin/sh"; }; in {
                  "a.b" = j "one"; "c\\"\\${d}\\n" = j "two";
                  deep = { recurseForDerivations = true; inner = { recurseForDerivations = true; job = j "three"; }; };
                  hidden = { job = j "four"; };
                  "ünï" = j "five"; }
                """);
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(4, 0));
        assertThat(lines.keySet())
                .containsExactlyInAnyOrder("\"a.b\"", "\"c\\\"\\${d}\\n\"", "deep.inner.job", "\"ünï\"");
    }

    @Test
    void aJobSaysWhatItIsMadeOf() throws Exception {
        evaluate("""
                let
                  base = derivation { name = "base"; system = "x86_64-linux"; builder = "/bin/sh"; };
                  top = derivation { name = "top"; system = "i686-linux"; builder = "/bin/sh"; inherit base;
                    outputs = [ "out" "dev" ]; requiredSystemFeatures = [ "kvm" "big-parallel" ]; };
                  fixed = derivation { name = "fixed"; system = "x86_64-linux"; builder = "/bin/sh";
                    outputHash = "0000000000000000000000000000000000000000000000000000"; outputHashAlgo = "sha256"; };
                in { inherit base top fixed;
                  all = derivation { name = "all"; system = "x86_64-linux"; builder = "/bin/sh"; constituents = [ "base" top ]; }
                    // { _hydraAggregate = true; constituents = [ "base" top ]; drvAttrs = { name = "all"; system = "x86_64-linux";
                      builder = "/bin/sh"; constituents = [ "base" top ]; }; }; }
                """);
        Job base = job(lines.get("base"));
        Job top = job(lines.get("top"));
        assertThat(top.system()).isEqualTo("i686-linux");
        assertThat(top.outputs()).containsOnlyKeys("out", "dev");
        assertThat(top.inputDerivations()).containsExactly(base.drvPath());
        assertThat(top.requiredFeatures()).containsExactlyInAnyOrder("kvm", "big-parallel");
        assertThat(job(lines.get("fixed")).fixedHash()).isNotEmpty();
        assertThat(base.fixedHash()).isNull();
        Job all = job(lines.get("all"));
        assertThat(all.aggregate()).isTrue();
        assertThat(all.constituents())
                .extracting(EvaluationLine.Constituent::job)
                .containsExactly("base", null);
        assertThat(all.constituents().get(1).drv()).isEqualTo(top.drvPath());
        assertThat(all.inputDerivations()).containsExactlyInAnyOrder(base.drvPath(), top.drvPath());
    }

    @Test
    void inputsAreArguments() throws Exception {
        Path source = store.source("data.txt", "from the checkout");
        store.source("""
                { name, fast, data, tree }: { it = derivation { system = "x86_64-linux"; builder = "/bin/sh";
                  name = name + (if fast then "-fast" else "-slow"); text = builtins.readFile data; inherit tree; }; }
                """);
        EvaluationEnd end = evaluate(new EvaluationRequest(
                source,
                "",
                false,
                "default.nix",
                List.of(
                        new Input("name", Input.Type.STRING, "x"),
                        new Input("fast", Input.Type.BOOLEAN, "true"),
                        new Input("data", Input.Type.PATH, "data.txt"),
                        new Input("tree", Input.Type.GIT, "https://example.org/\"; throw")),
                true,
                false,
                Bounds.USUAL));
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(1, 0));
        assertThat(job(lines.get("it")).name()).isEqualTo("x-fast");
    }

    @Test
    void nothingOutsideTheCheckoutIsRead() throws Exception {
        Files.writeString(store.directory.resolve("secret"), "secret");
        evaluate("{ it = builtins.readFile " + store.directory.resolve("secret") + "; net = builtins.fetchurl"
                + " \"http://127.0.0.1:1/x\"; env = builtins.getEnv \"HOME\"; }");
        assertThat(failure("it")).contains("restricted");
        assertThat(failure("net")).contains("restricted");
        assertThat(lines).doesNotContainKey("env");
        lines.clear();
        Files.deleteIfExists(store.directory.resolve("src/link.nix"));
        Files.createSymbolicLink(store.directory.resolve("src/link.nix"), store.directory.resolve("secret"));
        EvaluationEnd end = evaluate(EvaluationRequest.of(store.directory.resolve("src"), "link.nix"));
        assertThat(end.toString()).contains("link out of the repository");
        assertThat(evaluate(EvaluationRequest.of(store.directory.resolve("src"), "absent.nix"))
                        .toString())
                .contains("no file absent.nix");
    }

    @Test
    void importFromDerivationIsRefusedUnlessAllowed() throws Exception {
        String expression = "let made = " + PrivateStore.job("made", "echo 1 > $out")
                + "; in { it = if builtins.readFile made == \"1\\n\" then " + PrivateStore.job("it", "true")
                + " else throw \"no\"; }";
        evaluate(expression);
        assertThat(failure("it")).contains("import-from-derivation");
    }

    @Test
    void aBrokenFileFailsTheWhole() throws Exception {
        assertThat(evaluate("{ a = ")).isInstanceOf(EvaluationEnd.Failed.class);
        assertThat(evaluate("throw \"nothing here\"")).isEqualTo(new EvaluationEnd.Failed("nothing here"));
        assertThat(evaluate("7").toString()).contains("neither an attribute set nor a function");
        assertThat(lines).isEmpty();
    }

    @Test
    void anExpressionCannotAnswerForAnother() throws Exception {
        store.source("cut.nix", "{ a = [ 1");
        EvaluationEnd end =
                evaluate("{ aForged = builtins.trace \"\\n\\\"@@END@@\\\"\\n\\\"{\\\\\\\"kind\\\\\\\":1}\\\"\""
                        + " (throw \"no\"); bCut = import ./cut.nix; cDevice = { type = \"derivation\"; name = \"x\"; system ="
                        + " \"s\"; drvPath = \"/dev/zero\"; outputs = [ \"out\" ]; out.outPath = \"/\"; }; dOk = "
                        + PrivateStore.job("ok", "true") + "; }");
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(1, 3));
        assertThat(failure("aForged")).contains("no");
        assertThat(failure("bCut")).contains("ends too early");
        assertThat(failure("cDevice")).contains("no derivation in the store");
        assertThat(job(lines.get("dOk")).name()).isEqualTo("ok");
    }

    @Test
    void timeMemoryAndOutputAreBounded() throws Exception {
        String expression = "{ slow = builtins.foldl' (a: b: a + b) 0 (builtins.genList (x:"
                + " builtins.length (builtins.genList (y: y) 100000)) 10000000);"
                + " loud = builtins.foldl' (a: b: builtins.trace (builtins.concatStringsSep \"\" (builtins.genList"
                + " (x: \"xxxxxxxxxx\") 1000)) a) 0 (builtins.genList (x: x) 100000);"
                + " zok = " + PrivateStore.job("ok", "true") + "; }";
        var bounds = new Bounds(Duration.ofMinutes(2), Duration.ofSeconds(3), 4L << 30, 1 << 20);
        EvaluationEnd end = evaluate(new EvaluationRequest(
                store.source(expression), "", false, "default.nix", List.of(), true, false, bounds));
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(1, 2));
        assertThat(failure("loud")).contains("more than 1048576 bytes");
        assertThat(failure("slow")).containsAnyOf("longer than 3 s", "died");
        var shorter = new Bounds(Duration.ofSeconds(2), Duration.ofMinutes(1), 4L << 30, 1 << 20);
        assertThat(evaluate(new EvaluationRequest(
                        store.source("{ s = let f = n: if n == 0 then 0 else f (n - 1); in builtins.length"
                                + " (builtins.filter (x: f 1000 == 1) (builtins.genList (x: x) 100000000)); }"),
                        "",
                        false,
                        "default.nix",
                        List.of(),
                        true,
                        false,
                        shorter)))
                .isIn(new EvaluationEnd.TimedOut(Duration.ofSeconds(2)), new EvaluationEnd.Completed(0, 1));
    }

    @Test
    void aThousandJobsComeOneByOneAndCanBeCanceled() throws Exception {
        Path source = store.source(
                "builtins.listToAttrs (builtins.genList (n: { name = \"job-${toString n}\"; value ="
                        + " derivation { name = \"n-${toString n}\"; system = \"x86_64-linux\"; builder = \"/bin/sh\"; }; }) 1000)");
        assertThat(evaluate(EvaluationRequest.of(source, "default.nix")))
                .isEqualTo(new EvaluationEnd.Completed(1000, 0));
        var evaluator = new ReplEvaluator(store.nix, Launcher.HOST);
        var end = new AtomicReference<EvaluationEnd>();
        var first = new CountDownLatch(1);
        List<EvaluationLine> seen = new ArrayList<>();
        evaluator.cancel();
        end.set(evaluator.evaluate(EvaluationRequest.of(source, "default.nix"), seen::add));
        assertThat(end.get()).isEqualTo(new EvaluationEnd.Canceled());
        assertThat(seen).isEmpty();
        var other = new ReplEvaluator(store.nix, Launcher.HOST);
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                end.set(other.evaluate(EvaluationRequest.of(source, "default.nix"), line -> {
                    seen.add(line);
                    if (seen.size() == 10) {
                        other.cancel();
                        first.countDown();
                    }
                }));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        first.await();
        thread.join();
        assertThat(end.get()).isEqualTo(new EvaluationEnd.Canceled());
        assertThat(seen).hasSizeLessThan(1000);
    }

    @Test
    void aFlakeIsEvaluatedAtItsCommit() throws Exception {
        Path flake = Files.createDirectories(store.directory.resolve("flake"));
        Files.writeString(
                flake.resolve("flake.nix"),
                "{ outputs = { self }: { hydraJobs = { a = " + PrivateStore.job("first", "true")
                        + "; rev = derivation { name = self.rev or \"none\"; system = \"x86_64-linux\"; builder ="
                        + " \"/bin/sh\"; }; }; }; }");
        String commit = git(flake);
        Files.writeString(flake.resolve("flake.nix"), "{ outputs = throw \"not this\"; }");
        EvaluationEnd end = evaluate(
                new EvaluationRequest(flake, commit, true, ".#hydraJobs", List.of(), true, false, Bounds.USUAL));
        assertThat(end).isEqualTo(new EvaluationEnd.Completed(2, 0));
        assertThat(job(lines.get("rev")).name()).isEqualTo(commit);
    }

    private static String git(Path directory) throws Exception {
        for (String[] command : new String[][] {
            {"init", "-q", "-b", "main"},
            {"add", "."},
            {"-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "first"}
        }) {
            List<String> all = new ArrayList<>(List.of("git", "-C", directory.toString()));
            all.addAll(List.of(command));
            assertThat(new ProcessBuilder(all).inheritIO().start().waitFor()).isZero();
        }
        Process head = new ProcessBuilder("git", "-C", directory.toString(), "rev-parse", "HEAD").start();
        return new String(head.getInputStream().readAllBytes()).strip();
    }
}
