package dev.trivet.srht.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec section 2: what every key of a valid manifest means. */
class ManifestParserTest {
    private static final String TASK = "tasks: [a: true]\n";

    @Test
    void readsEveryKey() throws Exception {
        Manifest manifest = ManifestParser.parse("""
                image: debian/stable
                arch: arm64
                packages: [git, "build-essential"]
                repositories:
                  zeta: https://example.org/z stable main
                  alpha: https://example.org/a stable main KEY
                sources:
                  - https://git.example.org/~u/lib.git#v1
                  - app::git+ssh://git@example.org/~u/application
                environment:
                  Z: last letter
                  A: 1
                secrets:
                  - 46f739e5-4538-45dd-a79f-bf173b7a2ed9
                  - deploy key
                shell: true
                artifacts: [out/app.tar.gz, log.txt]
                tasks:
                  - build: |
                      cd app
                      make
                  - test: make check
                triggers:
                  - {action: email, condition: failure, to: a@example.org, cc: b@example.org, in_reply_to: <1@example.org>}
                  - {action: webhook, condition: always, url: "https://example.org/hook"}
                oauth: git.sr.ht/REPOSITORIES:RW meta.sr.ht/PROFILE
                submitter: {git.sr.ht: {enabled: false}}
                something-else: [1, {2: 3}]
                """);

        assertThat(manifest.image()).isEqualTo("debian/stable");
        assertThat(manifest.arch()).isEqualTo("arm64");
        assertThat(manifest.packages()).containsExactly("git", "build-essential");
        assertThat(manifest.repositories())
                .containsExactly(
                        entry("zeta", "https://example.org/z stable main"),
                        entry("alpha", "https://example.org/a stable main KEY"));
        assertThat(manifest.sources())
                .containsExactly(
                        new SourceUrl(
                                "https://git.example.org/~u/lib.git#v1",
                                "git",
                                "https://git.example.org/~u/lib.git",
                                "lib",
                                "v1"),
                        new SourceUrl(
                                "app::git+ssh://git@example.org/~u/application",
                                "git",
                                "ssh://git@example.org/~u/application",
                                "app",
                                null));
        assertThat(manifest.environment())
                .containsExactly(
                        entry("Z", new EnvironmentValue.Text("last letter")),
                        entry("A", new EnvironmentValue.Whole(BigInteger.ONE)));
        assertThat(manifest.secrets()).containsExactly("46f739e5-4538-45dd-a79f-bf173b7a2ed9", "deploy key");
        assertThat(manifest.shell()).isTrue();
        assertThat(manifest.artifacts()).containsExactly("out/app.tar.gz", "log.txt");
        assertThat(manifest.tasks())
                .containsExactly(new Manifest.Task("build", "cd app\nmake\n"), new Manifest.Task("test", "make check"));
        assertThat(manifest.triggers())
                .containsExactly(
                        new Trigger.Email(
                                Trigger.Condition.FAILURE, "a@example.org", "b@example.org", "<1@example.org>"),
                        new Trigger.Webhook(Trigger.Condition.ALWAYS, "https://example.org/hook"));
        assertThat(manifest.oauth())
                .containsExactly(
                        new OAuthGrant("git.sr.ht", "REPOSITORIES", OAuthGrant.Access.RW),
                        new OAuthGrant("meta.sr.ht", "PROFILE", OAuthGrant.Access.RO));
    }

    @Test
    void nothingButImageAndTasksIsNeeded() throws Exception {
        Manifest manifest = ManifestParser.parse("image: alpine/edge\ntasks:\n- a: echo\n");

        assertThat(manifest.arch()).isNull();
        assertThat(manifest.shell()).isFalse();
        assertThat(manifest.packages()).isEmpty();
        assertThat(manifest.environment()).isEmpty();
    }

    @Test
    void nullIsTheSameAsAbsent() throws Exception {
        Manifest manifest = ManifestParser.parse("""
                image: x
                arch: ~
                packages:
                repositories: null
                sources:
                environment: ~
                secrets:
                shell:
                artifacts:
                triggers:
                oauth: ""
                tasks: [a: ]
                """);

        assertThat(manifest).isEqualTo(ManifestParser.parse("image: x\ntasks: [a: '']\n"));
    }

    @Test
    void aShellNeedsNoTasks() throws Exception {
        assertThat(ManifestParser.parse("image: x\nshell: true\n").tasks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "true,true",
        "True,true",
        "yes,true",
        "on,true",
        "YES,true",
        "'\"yes\"',true",
        "false,false",
        "no,false",
        "off,false",
        "Off,false"
    })
    void takesTheBooleansOfBothYamlVersions(String written, boolean expected) throws Exception {
        assertThat(ManifestParser.parse("image: x\nshell: " + written + "\n" + TASK)
                        .shell())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "010", "0x10", "true", "1.50", "2020-01-01", "yes"})
    void scalarsServeAsTextWhereTextIsExpected(String written) throws Exception {
        Manifest manifest = ManifestParser.parse(
                "image: %1$s\narch: %1$s\npackages: [%1$s]\nrepositories: {r: %1$s}\nartifacts: [%1$s]\ntasks: [%1$s: %1$s]\n"
                        .formatted(written)
                        .replace("tasks: [" + written + ":", "tasks: [t:"));

        assertThat(manifest.image()).isEqualTo(written);
        assertThat(manifest.arch()).isEqualTo(written);
        assertThat(manifest.packages()).containsExactly(written);
        assertThat(manifest.repositories()).containsEntry("r", written);
        assertThat(manifest.artifacts()).containsExactly(written);
        assertThat(manifest.tasks()).containsExactly(new Manifest.Task("t", written));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "abc|abc",
                "'5'|5",
                "5|5",
                "010|8",
                "-010|-8",
                "0o17|15",
                "0x10|16",
                "0b101|5",
                "1000000|1000000",
                "1_000|1000",
                "99999999999999999999|99999999999999999999",
                "+7|7",
                "089|089",
                "1.50|1.5",
                "1e3|1000",
                "1.0|1",
                "0.00001|1e-5",
                "1000000.5|1000000.5",
                "true|true",
                "yes|yes",
                "off|off",
                "2020-01-01|2020-01-01",
                "12:30:45|12:30:45",
                "1.2.3|1.2.3",
                "!!str 010|010",
                "-|-",
                ".5|0.5",
                "-0.0|0",
                ".inf|.inf",
                "1e5000|1e5000"
            })
    void environmentValuesHaveTheTypeOfTheirYaml(String written, String text) throws Exception {
        String value = written.equals("'5'") ? "\"5\"" : written.equals("-") ? "'-'" : written;
        var parsed =
                (EnvironmentValue.Single) ManifestParser.parse("image: x\nenvironment: {K: " + value + "}\n" + TASK)
                        .environment()
                        .get("K");

        assertThat(parsed.text()).isEqualTo(text);
    }

    @Test
    void environmentTakesListsNullsAndKeepsMappingsForTheJobToFail() throws Exception {
        var environment = ManifestParser.parse("""
                image: x
                environment:
                  list: [a, 1, true, ~]
                  nothing:
                  map: {a: b}
                  nested: [[a]]
                tasks: [a: b]
                """).environment();

        assertThat(environment)
                .containsExactly(
                        entry(
                                "list",
                                new EnvironmentValue.Items(List.of(
                                        new EnvironmentValue.Text("a"),
                                        new EnvironmentValue.Whole(BigInteger.ONE),
                                        new EnvironmentValue.Bool(true),
                                        new EnvironmentValue.Empty()))),
                        entry("nothing", new EnvironmentValue.Empty()),
                        entry("map", new EnvironmentValue.Unusable("a mapping")),
                        entry("nested", new EnvironmentValue.Unusable("a list that holds a list")));
    }

    @Test
    void theLastOfDuplicateKeysWins() throws Exception {
        Manifest manifest = ManifestParser.parse("""
                image: first
                tasks:
                  - old: 1
                environment: {A: 1, A: 2}
                image: second
                tasks:
                  - a: 1
                    a: 2
                """);

        assertThat(manifest.image()).isEqualTo("second");
        assertThat(manifest.environment()).containsExactly(entry("A", new EnvironmentValue.Whole(BigInteger.TWO)));
        assertThat(manifest.tasks()).containsExactly(new Manifest.Task("a", "2"));
    }

    @Test
    void anchorsAliasesAndMergeKeysWork() throws Exception {
        Manifest manifest = ManifestParser.parse("""
                image: &i x
                arch: *i
                common: &common {A: base, B: base}
                environment:
                  <<: *common
                  B: own
                tasks: [a: *i]
                """);

        assertThat(manifest.arch()).isEqualTo("x");
        assertThat(manifest.tasks()).containsExactly(new Manifest.Task("a", "x"));
        assertThat(manifest.environment())
                .containsExactly(
                        entry("A", new EnvironmentValue.Text("base")), entry("B", new EnvironmentValue.Text("own")));
    }

    @Test
    void packagesWithNullItemsLoseThem() throws Exception {
        assertThat(ManifestParser.parse("image: x\npackages: [a, ~, b]\n" + TASK)
                        .packages())
                .containsExactly("a", "b");
    }

    @Test
    void bytesWithAByteOrderMarkAndWindowsLineEndsAreAManifest() throws Exception {
        byte[] bytes = "\uFEFFimage: x\r\ntasks:\r\n- a: |\r\n    one\r\n    two\r\n".getBytes(StandardCharsets.UTF_8);

        assertThat(ManifestParser.parse(bytes).tasks()).containsExactly(new Manifest.Task("a", "one\ntwo\n"));
    }

    @Test
    void emptyDocumentsAroundTheManifestDoNotMatter() throws Exception {
        assertThat(ManifestParser.parse("---\nimage: x\n" + TASK + "...\n---\n").image())
                .isEqualTo("x");
    }

    @Test
    void jsonIsAManifestToo() throws Exception {
        assertThat(ManifestParser.parse("{\"image\": \"x\", \"tasks\": [{\"a\": \"echo \\u00e4\"}]}")
                        .tasks())
                .containsExactly(new Manifest.Task("a", "echo ä"));
    }

    @Test
    void lengthIsCountedInCharactersAndTheLimitItselfIsTooLong() throws Exception {
        String start = "image: x\n" + TASK + "# ";
        String longest = start + "😀".repeat(ManifestParser.MAX_LENGTH - 1 - start.length());

        assertThat(ManifestParser.parse(longest).image()).isEqualTo("x");
        assertThat(ManifestParser.isTooLong(longest)).isFalse();
        assertThat(ManifestParser.isTooLong(longest + "x")).isTrue();
    }
}
