package dev.trivet.srht.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Spec section 2.3: every row of the table of validation errors, with its place. */
class ManifestErrorsTest {
    private static final String IMAGE = "image: x\n";
    private static final String TASKS = "tasks: [a: b]\n";

    static Stream<Arguments> problems() {
        String name129 = "a".repeat(129);
        return Stream.of(
                // no image
                problem("", 1, 1, "image", "image is required"),
                problem("# only a comment\n", 1, 1, "image", "image is required"),
                problem(TASKS, 1, 1, "image", "image is required"),
                problem("image: ''\n" + TASKS, 1, 1, "image", "image is required"),
                problem(TASKS + "image:\n", 2, 1, "image", "image is required"),
                // types
                problem(
                        "image: [x]\n" + TASKS,
                        1,
                        8,
                        "image",
                        "yaml: line 1, column 8: image: expected a string, found a list"),
                problem(
                        "image: {a: b}\n" + TASKS,
                        1,
                        8,
                        "image",
                        "yaml: line 1, column 8: image: expected a string, found a mapping"),
                problem(
                        IMAGE + "arch: []\n" + TASKS,
                        2,
                        7,
                        "arch",
                        "yaml: line 2, column 7: arch: expected a string, found a list"),
                problem(
                        IMAGE + "packages: foo\n" + TASKS,
                        2,
                        11,
                        "packages",
                        "yaml: line 2, column 11: packages: expected a list of strings, found a string 'foo'"),
                problem(
                        IMAGE + "packages: {a: b}\n" + TASKS,
                        2,
                        11,
                        "packages",
                        "yaml: line 2, column 11: packages: expected a list of strings, found a mapping"),
                problem(
                        IMAGE + "packages:\n- a\n- [b]\n" + TASKS,
                        4,
                        3,
                        "packages",
                        "yaml: line 4, column 3: packages: expected a string, found a list"),
                problem(
                        IMAGE + "sources: 5\n" + TASKS,
                        2,
                        10,
                        "sources",
                        "yaml: line 2, column 10: sources: expected a list of strings, found a number '5'"),
                problem(
                        IMAGE + "sources: [{a: b}]\n" + TASKS,
                        2,
                        11,
                        "sources",
                        "yaml: line 2, column 11: sources: expected a string, found a mapping"),
                problem(
                        IMAGE + "repositories: [a]\n" + TASKS,
                        2,
                        15,
                        "repositories",
                        "yaml: line 2, column 15: repositories: expected a mapping, found a list"),
                problem(
                        IMAGE + "repositories: {a: [b]}\n" + TASKS,
                        2,
                        19,
                        "repositories.a",
                        "yaml: line 2, column 19: repositories.a: expected a string, found a list"),
                problem(
                        IMAGE + "environment: [A=b]\n" + TASKS,
                        2,
                        14,
                        "environment",
                        "yaml: line 2, column 14: environment: expected a mapping, found a list"),
                problem(
                        IMAGE + "environment: A=b\n" + TASKS,
                        2,
                        14,
                        "environment",
                        "yaml: line 2, column 14: environment: expected a mapping, found a string 'A=b'"),
                problem(
                        IMAGE + "secrets: abc\n" + TASKS,
                        2,
                        10,
                        "secrets",
                        "yaml: line 2, column 10: secrets: expected a list of strings, found a string 'abc'"),
                problem(
                        IMAGE + "shell: maybe\n" + TASKS,
                        2,
                        8,
                        "shell",
                        "yaml: line 2, column 8: shell: expected a boolean, found a string 'maybe'"),
                problem(
                        IMAGE + "shell: [true]\n" + TASKS,
                        2,
                        8,
                        "shell",
                        "yaml: line 2, column 8: shell: expected a boolean, found a list"),
                problem(
                        IMAGE + "artifacts: a\n" + TASKS,
                        2,
                        12,
                        "artifacts",
                        "yaml: line 2, column 12: artifacts: expected a list of strings, found a string 'a'"),
                problem(
                        IMAGE + "oauth: [a/B]\n" + TASKS,
                        2,
                        8,
                        "oauth",
                        "yaml: line 2, column 8: oauth: expected a string, found a list"),
                problem(
                        IMAGE + "tasks: make\n",
                        2,
                        8,
                        "tasks",
                        "yaml: line 2, column 8: tasks: expected a list of tasks, found a string 'make'"),
                problem(
                        IMAGE + "tasks: {a: make}\n",
                        2,
                        8,
                        "tasks",
                        "yaml: line 2, column 8: tasks: expected a list of tasks, found a mapping"),
                problem(
                        IMAGE + "tasks: [a: [make]]\n",
                        2,
                        12,
                        "tasks.a",
                        "yaml: line 2, column 12: tasks.a: expected a string, found a list"),
                problem(
                        IMAGE + "tasks: [a: {b: c}]\n",
                        2,
                        12,
                        "tasks.a",
                        "yaml: line 2, column 12: tasks.a: expected a string, found a mapping"),
                problem(
                        "just text\n",
                        1,
                        1,
                        "manifest",
                        "yaml: line 1, column 1: manifest: expected a mapping, found a string 'just text'"),
                problem(
                        "- a\n",
                        1,
                        1,
                        "manifest",
                        "yaml: line 1, column 1: manifest: expected a mapping, found a list"),
                // secrets
                problem(
                        IMAGE + "secrets: [ab]\n" + TASKS,
                        2,
                        11,
                        "secrets",
                        "secret 'ab' must be a UUID or a name of 3 to 512 characters"),
                // artifacts
                problem(IMAGE + "artifacts: [a/x, b/x]\n" + TASKS, 2, 18, "artifacts", "duplicate artifact b/x"),
                problem(IMAGE + "artifacts: ['']\n" + TASKS, 2, 13, "artifacts", "artifact path is empty"),
                // oauth
                problem(
                        IMAGE + "oauth: git.sr.ht\n" + TASKS,
                        2,
                        8,
                        "oauth",
                        "OAuth grant 'git.sr.ht' is not of the form service/SCOPE[:RO|RW]"),
                problem(
                        IMAGE + "oauth: git.sr.ht/A:RX\n" + TASKS,
                        2,
                        8,
                        "oauth",
                        "OAuth grant 'git.sr.ht/A:RX' is not of the form service/SCOPE[:RO|RW]"),
                // tasks
                problem(IMAGE, 1, 1, "tasks", "list of tasks is required"),
                problem(IMAGE + "tasks: []\n", 2, 1, "tasks", "list of tasks is required"),
                problem(IMAGE + "shell: false\n", 1, 1, "tasks", "list of tasks is required"),
                problem(
                        IMAGE + "tasks: [make]\n",
                        2,
                        9,
                        "tasks",
                        "task must use the schema 'name: script' exactly once"),
                problem(
                        IMAGE + "tasks:\n- a: b\n  c: d\n",
                        3,
                        3,
                        "tasks",
                        "task must use the schema 'name: script' exactly once"),
                problem(IMAGE + "tasks: [{}]\n", 2, 9, "tasks", "task must use the schema 'name: script' exactly once"),
                problem(
                        IMAGE + "tasks: [Make it: b]\n",
                        2,
                        9,
                        "tasks",
                        "invalid task name 'Make it': must match ^[a-z0-9_-]+$ and be <= 128 characters"),
                problem(
                        IMAGE + "tasks: ['': b]\n",
                        2,
                        9,
                        "tasks",
                        "invalid task name '': must match ^[a-z0-9_-]+$ and be <= 128 characters"),
                problem(
                        IMAGE + "tasks: [\"a\\n\": b]\n",
                        2,
                        9,
                        "tasks",
                        "invalid task name 'a': must match ^[a-z0-9_-]+$ and be <= 128 characters"),
                problem(
                        IMAGE + "tasks: [" + name129 + ": b]\n",
                        2,
                        9,
                        "tasks",
                        "invalid task name '" + "a".repeat(40)
                                + "…': must match ^[a-z0-9_-]+$ and be <= 128 characters"),
                problem(IMAGE + "tasks:\n- a: b\n- c: d\n- a: e\n", 5, 3, "tasks", "duplicate task a"),
                // triggers
                problem(
                        IMAGE + TASKS + "triggers: [{action: email, condition: always}]\n",
                        3,
                        12,
                        "triggers",
                        "email trigger requires 'to' or 'cc'"),
                problem(
                        IMAGE + TASKS + "triggers: [{action: webhook, condition: always}]\n",
                        3,
                        12,
                        "triggers",
                        "webhook trigger requires 'url'"),
                problem(
                        IMAGE + TASKS + "triggers: [{action: irc, condition: always}]\n",
                        3,
                        21,
                        "triggers",
                        "unknown trigger type 'irc'"),
                problem(
                        IMAGE + TASKS + "triggers: [{condition: always}]\n",
                        3,
                        12,
                        "triggers",
                        "unknown trigger type ''"),
                problem(
                        IMAGE + TASKS + "triggers: [{action: webhook, url: u, condition: never}]\n",
                        3,
                        49,
                        "triggers",
                        "unknown trigger condition 'never'"),
                problem(
                        IMAGE + TASKS + "triggers: [{action: webhook, url: u}]\n",
                        3,
                        12,
                        "triggers",
                        "trigger requires 'condition'"),
                problem(
                        IMAGE + TASKS + "triggers: [email]\n",
                        3,
                        12,
                        "triggers",
                        "yaml: line 3, column 12: triggers: expected a mapping, found a string 'email'"),
                problem(
                        IMAGE + TASKS + "triggers: {action: email}\n",
                        3,
                        11,
                        "triggers",
                        "yaml: line 3, column 11: triggers: expected a list of mappings, found a mapping"),
                problem(
                        IMAGE + TASKS + "triggers: [{action: email, condition: always, to: \"a\\nBcc: b\"}]\n",
                        3,
                        51,
                        "triggers",
                        "email trigger: 'to' must be a single line"),
                // environment
                problem(
                        IMAGE + "environment:\n  A: b\n  not-a-name: c\n" + TASKS,
                        4,
                        3,
                        "environment",
                        "invalid environment variable name 'not-a-name'"),
                problem(
                        IMAGE + "environment: {1A: b}\n" + TASKS,
                        2,
                        15,
                        "environment",
                        "invalid environment variable name '1A'"),
                // sources
                problem(
                        IMAGE + "sources: ['https://h/x#--force']\n" + TASKS,
                        2,
                        11,
                        "sources",
                        "invalid source ref '--force'"),
                problem("image: " + "x".repeat(129) + "\n" + TASKS, 1, 8, "image", "image must be <= 128 characters"));
    }

    private static Arguments problem(String manifest, int line, int column, String key, String message) {
        return Arguments.of(manifest, line, column, key, message);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void saysWhatIsWrongAndWhere(String manifest, int line, int column, String key, String message) {
        ManifestException problem = refused(manifest);

        assertThat(problem).hasMessage(message);
        assertThat(problem.position()).isEqualTo(new Position(line, column));
        assertThat(problem.key()).isEqualTo(key);
    }

    @Test
    void theFirstProblemOfTheTextWins() {
        assertThat(refused("image: [x]\npackages: foo\ntasks: {}\n").key()).isEqualTo("image");
        assertThat(refused("packages: foo\nimage: [x]\n").key()).isEqualTo("packages");
    }

    @Test
    void tooLongIsAKindOfItsOwnThatNamesTheLimit() {
        ManifestException problem = refused(IMAGE + TASKS + "#".repeat(ManifestParser.MAX_LENGTH));

        assertThat(problem.kind()).isEqualTo(ManifestException.Kind.LENGTH);
        assertThat(problem).hasMessage("manifest must be less than 16384 characters");
    }

    @Test
    void brokenYamlNamesThePlaceAndTheReader() {
        ManifestException problem = refused("image: x\ntasks:\n- a: 'unfinished\n");

        assertThat(problem.kind()).isEqualTo(ManifestException.Kind.SYNTAX);
        assertThat(problem.position().line()).isGreaterThanOrEqualTo(3);
        assertThat(problem.getMessage()).startsWith("yaml: line ").contains("quoted scalar");
    }

    @Test
    void tabsAreExplained() {
        ManifestException problem = refused("image: x\ntasks:\n\t- a: b\n");

        assertThat(problem.position()).isEqualTo(new Position(3, 1));
        assertThat(problem.hint()).contains("spaces");
    }

    @Test
    void aMisspeltKeyIsNamed() {
        assertThat(refused("imgae: x\n" + TASKS).hint()).isEqualTo("did you mean 'image' by 'imgae' in line 1?");
        assertThat(refused(IMAGE + "task:\n- a: b\n").hint()).isEqualTo("did you mean 'tasks' by 'task' in line 2?");
    }

    @Test
    void explainsItselfWithFileSourceAndFix() {
        String source = "image: x\npackages: foo\ntasks: [a: b]\n";

        assertThat(refused(source).explain(".build.yml", source)).isEqualTo("""
                .build.yml:2:11: packages: expected a list of strings, found a string 'foo'
                 2 | packages: foo
                   |           ^
                fix: write it as a list: packages: [foo]""");
    }

    @Test
    void theExcerptOfALongLineShowsTheProblemAndNoControlCharacters() {
        String source = "{image: x, unknown: \"" + "y".repeat(300) + "\\e\", packages: foo}";
        String explained = refused(source).explain("m", source);

        assertThat(explained.lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThan(120));
        assertThat(explained).contains("packages: foo");
    }

    private static ManifestException refused(String manifest) {
        return catchThrowableOfType(ManifestException.class, () -> ManifestParser.parse(manifest));
    }
}
