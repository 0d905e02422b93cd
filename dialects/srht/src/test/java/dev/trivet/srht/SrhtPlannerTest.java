package dev.trivet.srht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.ArtifactSpec;
import dev.trivet.core.plan.FileSpec;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.Plan;
import dev.trivet.core.plan.Repository;
import dev.trivet.core.plan.SourceSpec;
import dev.trivet.core.plan.StepSpec;
import dev.trivet.srht.manifest.ManifestParser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Spec section 5: what a manifest means for a runner. */
class SrhtPlannerTest {
    private static final Owner OWNER = new Owner(7, "alice");

    private final SrhtPlanner planner =
            new SrhtPlanner(new SrhtSettings("https://ci.example.org", Duration.ofMinutes(20)));

    @Test
    void everythingOfAManifestIsInThePlan() throws Exception {
        Plan plan = plan("""
                image: debian/stable
                arch: amd64
                packages: [git, "make  gcc", ""]
                repositories: {z: "https://z x y", a: "https://a x y"}
                sources: [https://h/~u/lib#v1]
                environment: {A: b}
                shell: true
                artifacts: [out/a, b]
                tasks:
                - one: echo 1
                - two: echo 2
                """);

        assertThat(plan.dialect()).isEqualTo("srht");
        assertThat(plan.tenant()).isEqualTo("~alice");
        assertThat(plan.held()).isFalse();
        assertThat(plan.jobs()).hasSize(1);
        JobSpec spec = plan.jobs().getFirst().spec();
        assertThat(spec.label()).isEqualTo("#12");
        assertThat(spec.image()).isEqualTo("debian/stable");
        assertThat(spec.architecture()).isEqualTo("amd64");
        assertThat(spec.user()).isEqualTo("build");
        assertThat(spec.directory()).isEqualTo("/home/build");
        assertThat(spec.packages()).containsExactly("git", "make", "gcc");
        assertThat(spec.repositories())
                .containsExactly(new Repository("z", "https://z x y"), new Repository("a", "https://a x y"));
        assertThat(spec.keepAlive()).isTrue();
        assertThat(spec.network()).isTrue();
        assertThat(spec.skipMarker()).isEqualTo("/home/build/.complete-build");
        assertThat(spec.artifacts()).isEqualTo(new ArtifactSpec(List.of("out/a", "b"), 8, 1L << 30));
        assertThat(spec.limits().wall()).isEqualTo(Duration.ofMinutes(20));
        assertThat(spec.files())
                .extracting(FileSpec::path)
                .containsExactly("/home/build/.tasks/one", "/home/build/.tasks/two", "/home/build/.buildenv");
        assertThat(spec.files()).extracting(FileSpec::mode).containsOnly(0755);
        assertThat(spec.files().get(0).text()).endsWith("\necho 1\n");
        assertThat(spec.files().get(2).text())
                .contains("export A=b\n", "export JOB_ID=12\n", "JOB_URL='https://ci.example.org/~alice/job/12'\n");
        assertThat(spec.steps())
                .containsExactly(
                        new StepSpec("one", List.of("/home/build/.tasks/one"), Map.of(), null),
                        new StepSpec("two", List.of("/home/build/.tasks/two"), Map.of(), null));
        SourceSpec source = spec.sources().getFirst();
        assertThat(source.url()).isEqualTo("https://h/~u/lib");
        assertThat(source.directory()).isEqualTo("lib");
        assertThat(source.commands()).hasSize(3);
        assertThat(source.hint()).contains("SSH key");
    }

    @Test
    void tagsAreTheTitle() throws Exception {
        var manifest = ManifestParser.parse("image: x\nshell: true\n");
        var tagged =
                new Submission("", manifest, null, List.of("app", "main"), AccessLists.DEFAULT, false, null, List.of());

        Plan plan = planner.plan(3, OWNER, tagged);

        assertThat(plan.title()).isEqualTo("app/main #3");
        assertThat(plan.held()).isTrue();
        assertThat(plan.labels()).containsEntry("job", "3").containsEntry("tags", "app/main");
    }

    @Test
    void whatCannotBeHadFailsTheJobInItsSetup() throws Exception {
        List<SourceSpec> sources = plan("""
                image: x
                environment: {A: {b: c}}
                sources: [svn+https://h/repo, https://h/good]
                tasks: [a: b]
                """).jobs().getFirst().spec().sources();

        assertThat(sources).hasSize(3);
        assertThat(sources).element(0).extracting(SourceSpec::hint).asString().contains("variable A is a mapping");
        assertThat(sources).element(1).extracting(SourceSpec::hint).asString().contains("unknown source control 'svn'");
        assertThat(sources.subList(0, 2)).extracting(SourceSpec::commands).containsOnly(List.of(List.of("false")));
    }

    private Plan plan(String text) throws Exception {
        return planner.plan(12, OWNER, Submission.of(text, ManifestParser.parse(text)));
    }
}
