package dev.trivet.srht.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.srht.manifest.EnvironmentValue;
import dev.trivet.srht.manifest.Manifest;
import dev.trivet.srht.manifest.ManifestParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spec sections 2.2 and 5.4. */
class BuildEnvironmentTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "plain                  | export K=plain",
                "'a_@%+=:,./-Z9'        | export K=a_@%+=:,./-Z9",
                "''                     | export K=''",
                "a b                    | export K='a b'",
                "\"it's\"               | export K='it'\"'\"'s'",
                "$HOME                  | export K='$HOME'",
                "~                      | export K=\"\"",
                "true                   | export K=true",
                "false                  | export K=false",
                "1000000                | export K=1000000",
                "010                    | export K=8",
                "1.50                   | export K=1.5",
                "2020-01-01             | export K=2020-01-01",
                "[a, b]                 | K=(\"a\" \"b\")",
                "[]                     | K=()",
                "[1, true, ~, 1.50]     | K=(\"1\" \"true\" \"\" \"1.5\")",
                "['$HOME/x', 'say \"hi\"'] | K=(\"$HOME/x\" \"say \\\"hi\\\"\")",
                "['$(echo \"x\")']      | K=(\"$(echo \"x\")\")",
            })
    void everyKindOfValueHasItsLine(String yaml, String line) throws Exception {
        String text = BuildEnvironment.text(parse("K: " + yaml), Map.of());

        assertThat(text).endsWith("}\n" + line + "\n");
    }

    @Test
    void beginsWithCompleteBuildAndEndsWithWhatIsAlwaysThere() throws Exception {
        String text = BuildEnvironment.text(
                parse("B: 1\n  JOB_ID: mine\n  A: 2"), BuildEnvironment.added("https://ci.example.org", "alice", 42));

        assertThat(text).isEqualTo("""
                #!/bin/sh
                complete-build() {
                	echo 1 > ~/.complete-build
                	exit 0
                }
                export B=1
                export A=2
                export CI_NAME=sourcehut
                export JOB_ID=42
                export JOB_URL='https://ci.example.org/~alice/job/42'
                """);
    }

    @Test
    void aMappingFailsTheJob() throws Exception {
        Map<String, EnvironmentValue> environment = parse("OK: 1\n  K: {a: b}");

        assertThat(BuildEnvironment.problem(environment))
                .hasValue(
                        "environment variable K is a mapping; only strings, numbers, booleans and lists of them can be given"
                                + " to a build");
        assertThat(BuildEnvironment.problem(parse("K: [[a]]"))).isPresent();
        assertThat(BuildEnvironment.problem(parse("K: [a]"))).isEmpty();
        assertThatThrownBy(() -> BuildEnvironment.text(environment, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 30)
    void whateverIsQuotedComesBackFromBash(@ForAll("texts") List<String> texts) throws Exception {
        Map<String, EnvironmentValue> environment = new LinkedHashMap<>();
        for (String text : texts) {
            environment.put("K" + environment.size(), new EnvironmentValue.Text(text));
        }
        var script = new StringBuilder();
        environment
                .keySet()
                .forEach(
                        name -> script.append("printf '%s\\0' \"$").append(name).append("\"\n"));
        Bash.Result result = sourceAndRun(BuildEnvironment.text(environment, Map.of()), script.toString());

        assertThat(result.exit()).isZero();
        assertThat(result.output()).isEqualTo(String.join("\0", texts) + (texts.isEmpty() ? "" : "\0"));
    }

    @Property(tries = 30)
    void itemsWithoutExpansionComeBackFromBash(@ForAll("inert") List<String> texts) throws Exception {
        List<EnvironmentValue.Single> items = new ArrayList<>();
        texts.forEach(text -> items.add(new EnvironmentValue.Text(text)));

        Bash.Result result = sourceAndRun(
                BuildEnvironment.text(Map.of("K", new EnvironmentValue.Items(items)), Map.of()),
                "for i in \"${K[@]}\"; do printf '%s\\0' \"$i\"; done");

        assertThat(result.exit()).isZero();
        assertThat(result.output()).isEqualTo(String.join("\0", texts) + (texts.isEmpty() ? "" : "\0"));
    }

    @Test
    void arraysExpandVariablesAndAreNotExported(@TempDir Path home) throws Exception {
        var bash = new Bash(home);
        bash.write(
                BuildEnvironment.PATH,
                BuildEnvironment.text(parse("K: ['$HOME/x', '`echo y`', 'a\\\"b', 'end\\']"), Map.of()));

        assertThat(bash.run(List.of("bash", "-c", ". ~/.buildenv; printf '%s|' \"${K[@]}\"; env | grep -c ^K="))
                        .output())
                .isEqualTo(home + "/x|y|a\"b|end\\|0\n");
    }

    private static Bash.Result sourceAndRun(String buildenv, String script) throws Exception {
        Path home = Files.createTempDirectory("home");
        try {
            var bash = new Bash(home);
            bash.write(BuildEnvironment.PATH, buildenv);
            return bash.run(List.of("bash", "-c", ". ~/.buildenv\n" + script));
        } finally {
            Files.delete(home.resolve(BuildEnvironment.PATH));
            Files.delete(home);
        }
    }

    @Provide
    Arbitrary<List<String>> texts() {
        Arbitrary<String> shellish = Arbitraries.strings()
                .withChars("'\"\\$`!*?[](){};&|<>~#= \t\n\rabc,é\u20ac".toCharArray())
                .ofMaxLength(30);
        return shellish.list().ofMaxSize(40);
    }

    @Provide
    Arbitrary<List<String>> inert() {
        return Arbitraries.strings()
                .withChars("'\"!*?[](){};&|<>~#= \t\nabcé".toCharArray())
                .ofMaxLength(30)
                .list()
                .ofMaxSize(40);
    }

    private static Map<String, EnvironmentValue> parse(String lines) throws Exception {
        Manifest manifest = ManifestParser.parse("image: x\nenvironment:\n  " + lines + "\ntasks: [a: b]\n");
        return manifest.environment();
    }
}
