package dev.trivet.nix;

import static dev.trivet.nix.PrivateStore.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.NixSpec;
import dev.trivet.nix.EvaluationPolicy.Network;
import dev.trivet.runner.NixWork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs for Nix from a repository to results, with real git and nix. */
class NixJobsTest {
    @TempDir
    Path directory;

    private final List<String> said = new ArrayList<>();
    private final List<String> results = new ArrayList<>();
    private PrivateStore store;
    private NixJobs jobs;
    private Path repository;

    private final NixWork.Console console = new NixWork.Console() {
        @Override
        public void say(String line) {
            said.add(line);
        }

        @Override
        public void result(String json) {
            results.add(json);
        }

        @Override
        public void onStop(Runnable stop) {}
    };

    @BeforeEach
    void start() throws Exception {
        store = new PrivateStore(directory);
        jobs = new NixJobs(
                store.nix,
                Launcher.HOST,
                Launcher.HOST,
                Files.createDirectories(store.directory.resolve("work")),
                Clock.systemUTC());
        repository = Files.createDirectories(store.directory.resolve("repository"));
    }

    private String commit(String expression) throws Exception {
        Files.writeString(repository.resolve("release.nix"), expression);
        git("init", "-q", "-b", "main");
        git("add", ".");
        git("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x");
        Process head = new ProcessBuilder("git", "-C", repository.toString(), "rev-parse", "HEAD").start();
        return new String(head.getInputStream().readAllBytes()).strip();
    }

    private void git(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("git", "-C", repository.toString()));
        all.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(all).inheritIO().start().waitFor()).isZero();
    }

    private NixWork.End evaluate(String commit) throws Exception {
        return jobs.run(
                new NixSpec.Evaluate(
                        "file://" + repository,
                        commit,
                        false,
                        "release.nix",
                        List.of(),
                        true,
                        false,
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        "root-1"),
                console);
    }

    private NixWork.End build(String drv) throws Exception {
        return jobs.run(new NixSpec.Build(drv, Duration.ofMinutes(1), Duration.ZERO, 1 << 20), console);
    }

    @Test
    void aCommitIsEvaluatedAndItsJobsAreBuilt() throws Exception {
        Files.writeString(repository.resolve(".circus.toml"), "[[jobsets]]\nname = \"x\"\n");
        String commit = commit("{ ok = "
                + job(
                        "ok",
                        "echo hello; /bin/mkdir -p $out/nix-support; echo data > $out/a.txt;"
                                + " echo \"file txt $out/a.txt\" > $out/nix-support/hydra-build-products;"
                                + " echo \"file txt /etc/passwd\" >> $out/nix-support/hydra-build-products;"
                                + " echo a-1.0 > $out/nix-support/hydra-release-name;"
                                + " echo \"size 12.5 KiB\" > $out/nix-support/hydra-metrics")
                + "; bad = throw \"no\"; }");
        assertThat(evaluate(commit)).isEqualTo(new NixWork.End.Passed());
        assertThat(results).hasSize(4);
        assertThat(results.getLast()).contains("\"kind\":\"end\"").contains("\"lines\":2");
        assertThat(results.getFirst()).contains("\"kind\":\"declaration\"");
        assertThat(said).anyMatch(line -> line.startsWith("error: bad: no"));
        EvaluationLine.Job ok = results.stream()
                .filter(line -> line.contains("\"attr\":\"ok\""))
                .map(line -> (EvaluationLine.Job) Json.read(line, EvaluationLine.class))
                .findFirst()
                .orElseThrow();
        results.clear();
        assertThat(build(ok.drvPath())).isEqualTo(new NixWork.End.Passed());
        assertThat(said).contains("hello");
        said.clear();
        // Built already: its log is still told.
        List<String> first = List.copyOf(results);
        assertThat(build(ok.drvPath())).isEqualTo(new NixWork.End.Passed());
        assertThat(said).containsExactly("hello");
        results.clear();
        results.addAll(first);
        List<BuildResult> told =
                results.stream().map(line -> Json.read(line, BuildResult.class)).toList();
        assertThat(told).hasAtLeastOneElementOfType(BuildResult.Started.class);
        assertThat(told.getLast()).isEqualTo(new BuildResult.Verdict("succeeded", null, null));
        assertThat(told).contains(new BuildResult.Release("a-1.0"), new BuildResult.Metric("size", 12.5, "KiB"));
        assertThat(told)
                .filteredOn(BuildResult.Product.class::isInstance)
                .singleElement()
                .extracting(product -> ((BuildResult.Product) product).name())
                .isEqualTo("a.txt");
        assertThat(told)
                .filteredOn(BuildResult.Output.class::isInstance)
                .singleElement()
                .matches(output -> ((BuildResult.Output) output).narSize() > 0);
    }

    @Test
    void whereThereIsNixJobsAreDoneInSandboxes() throws Exception {
        Path work = store.directory.resolve("other");
        Files.createDirectories(work.resolve("checkout1/left"));
        var environment = new HashMap<>(store.nix.environment());
        environment.put("PATH", store.directory.toString());
        assertThat(NixJobs.here(environment, work, Clock.systemUTC(), EvaluationPolicy.USUAL))
                .isEmpty();
        environment.put("PATH", "/usr/bin:/bin");
        jobs = NixJobs.here(environment, work, Clock.systemUTC(), new EvaluationPolicy(true, Network.FLAKES))
                .orElseThrow();
        assertThat(work.resolve("checkout1")).doesNotExist();
        String commit =
                commit("{ hidden = " + job("${toString (builtins.pathExists " + repository + ")}x", "true") + "; }");
        assertThat(jobs.run(
                        new NixSpec.Evaluate(
                                "file://" + repository,
                                commit,
                                false,
                                "release.nix",
                                List.of(),
                                false,
                                false,
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(1),
                                ""),
                        console))
                .isEqualTo(new NixWork.End.Passed());
        assertThat(results.getFirst()).contains("\"name\":\"x\"");
    }

    @Test
    void aRepositoryThatIsNotThereFailsWithWhatGitSays() throws Exception {
        NixWork.End end = jobs.run(
                new NixSpec.Evaluate(
                        "file:///nowhere",
                        "0".repeat(40),
                        false,
                        "x.nix",
                        List.of(),
                        true,
                        false,
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        "root-1"),
                console);
        assertThat(end).isInstanceOf(NixWork.End.Failed.class);
        assertThat(end.toString()).contains("git failed");
        commit("{ }");
        assertThat(evaluate("1".repeat(40)).toString()).contains("has no commit");
    }

    @Test
    void aFailedBuildSaysHow() throws Exception {
        String commit = commit("{ bad = " + job("bad", "echo why; exit 7") + "; }");
        evaluate(commit);
        String drv = ((EvaluationLine.Job) Json.read(results.getFirst(), EvaluationLine.class)).drvPath();
        results.clear();
        NixWork.End end = build(drv);
        assertThat(end).isInstanceOf(NixWork.End.Failed.class);
        assertThat(end.toString()).contains("exit code 7");
        assertThat(results.getLast()).contains("\"status\":\"failed\"");
    }

    @Test
    void whatAnEvaluationKeepsIsNoGarbageUntilItIsLetGo() throws Exception {
        evaluate(commit("{ a = " + job("a", "echo a > $out") + "; b = " + job("b", "echo b > $out") + "; }"));
        List<EvaluationLine.Job> both = results.stream()
                .filter(line -> line.contains("\"kind\":\"job\""))
                .map(line -> (EvaluationLine.Job) Json.read(line, EvaluationLine.class))
                .toList();
        for (EvaluationLine.Job one : both) {
            assertThat(build(one.drvPath())).isEqualTo(new NixWork.End.Passed());
        }
        Path a = Path.of(both.getFirst().outputs().get("out"));
        Path b = Path.of(both.getLast().outputs().get("out"));
        assertThat(collect(List.of(), List.of())).isEqualTo(new NixWork.End.Passed());
        assertThat(a).exists();
        assertThat(b).exists();
        assertThat(collect(List.of("root-1"), List.of(both.getLast().drvPath())))
                .isEqualTo(new NixWork.End.Passed());
        assertThat(a).doesNotExist();
        assertThat(b).exists();
        assertThat(collect(List.of("root-1"), List.of())).isEqualTo(new NixWork.End.Passed());
        assertThat(b).doesNotExist();
    }

    private NixWork.End collect(List<String> roots, List<String> except) throws Exception {
        return jobs.run(
                new NixSpec.Collect(
                        roots.stream()
                                .map(root -> new NixSpec.Dropped(root, except))
                                .toList(),
                        true),
                console);
    }
}
