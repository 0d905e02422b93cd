package dev.trivet.circus.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written for Nix, read by Nix. */
class ExpressionTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SYSTEM = "x86_64-linux";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void configure() throws Exception {
        file = directory.resolve("default.nix");
        Files.createDirectories(directory.resolve("conf"));
        Files.writeString(directory.resolve("conf/nix.conf"), "build-users-group =\nsubstituters =\n");
    }

    private static Offer one(String name) {
        return new Offer(name, SYSTEM, new TreeMap<>(), new TreeMap<>(Map.of("out", "/nix/store/" + name)));
    }

    private void write(String... jobs) throws Exception {
        try (var text = Files.newBufferedWriter(file)) {
            var expression = new Expression(text);
            expression.system(SYSTEM);
            var paths = new TreeMap<JobPath, String>();
            for (String job : jobs) {
                paths.put(JobPath.of(job).orElseThrow(), job);
            }
            int number = 0;
            for (JobPath path : paths.keySet()) {
                number++;
                expression.add(path, one("job" + number));
            }
            expression.end(false);
        }
    }

    private String nix(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        for (String name : List.of("STORE", "STATE", "LOG")) {
            builder.environment()
                    .put("NIX_" + name + "_DIR", directory.resolve(name).toString());
        }
        builder.environment().put("NIX_CONF_DIR", directory.resolve("conf").toString());
        builder.environment().put("HOME", directory.toString());
        Process process =
                builder.redirectError(directory.resolve("err").toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(Files.readString(directory.resolve("err")))
                .isZero();
        return said;
    }

    /** The value of an expression in which {@code c} is what the file has for our system. */
    private JsonNode value(String expression) throws Exception {
        return JSON.readTree(nix(
                "nix-instantiate",
                "--eval",
                "--strict",
                "--json",
                "-E",
                "let c = import " + file + " { system = \"" + SYSTEM + "\"; }; in " + expression));
    }

    @Test
    void namesAreSetsWithinSets() throws Exception {
        write("hello", "tests.a", "tests.b.c", "x86_64-linux.hello");
        assertThat(value("builtins.attrNames c").valueStream().map(JsonNode::asString))
                .containsExactly("hello", "tests", "x86_64-linux");
        assertThat(value("[ c.tests.a.name c.tests.b.c.name c.x86_64-linux.hello.name ]"))
                .hasSize(3);
        assertThat(value("[ c.tests.recurseForDerivations c.tests.b.recurseForDerivations ]")
                        .valueStream()
                        .allMatch(JsonNode::asBoolean))
                .isTrue();
        JsonNode found =
                JSON.readTree(nix("nix-env", "-f", file.toString(), "-qaP", "--json", "--argstr", "system", SYSTEM));
        assertThat(new TreeSet<>(found.propertyNames()))
                .isEqualTo(Set.of("hello", "tests.a", "tests.b.c", "x86_64-linux.hello"));
        assertThat(value("builtins.attrNames (import " + file + " { system = \"riscv64-linux\"; })"))
                .isEmpty();
    }

    @Test
    void aJobThatStandsWhereOthersAreIsThereBesideThem() throws Exception {
        write("a", "a.b", "a.b.c", "a.outPath", "a.type", "z.recurseForDerivations");
        assertThat(value("[ c.a.type c.a.name c.a.b.type c.a.b.name c.a.b.c.type ]")
                        .valueStream()
                        .map(JsonNode::asString))
                .containsExactly("derivation", "job1", "derivation", "job2", "derivation");
        assertThat(value("c.z.recurseForDerivations.name").asString()).startsWith("job");
    }

    @Test
    void whateverIsInANameStaysAName() throws Exception {
        List<String> hostile = List.of(
                "\"quote\"d",
                "${builtins.throw \"in\"}",
                "$${x}",
                "a;b = 1",
                "new\nline\r\ttab",
                "''two''",
                "back\\slash\\",
                "#comment",
                "/*",
                "ünï·日本 😀",
                "if",
                "or",
                "rec",
                "5",
                "-",
                " ",
                "recurseForDerivations",
                "\"; } // builtins.abort \"");
        Set<String> expected = new TreeSet<>();
        for (String name : hostile) {
            expected.addAll(JobPath.of(name).orElseThrow().words().subList(0, 1));
        }
        write(hostile.toArray(String[]::new));
        Set<String> found = new TreeSet<>();
        value("builtins.attrNames c").valueStream().map(JsonNode::asString).forEach(found::add);
        assertThat(found).isEqualTo(expected);
        // Everything can be looked at.
        assertThat(value("builtins.attrValues (builtins.mapAttrs (n: v: v.name or \"\") c)"))
                .hasSameSizeAs(expected);
    }

    @Test
    void textsOfBuildsAreTextsOnly() throws Exception {
        var meta = new TreeMap<String, String>();
        meta.put("description", "say \"hi\" ${1 + 1}\n\\n $");
        try (var text = Files.newBufferedWriter(file)) {
            var expression = new Expression(text);
            expression.others();
            expression.add(
                    JobPath.of("a").orElseThrow(),
                    new Offer("a-1.0", null, meta, new TreeMap<>(Map.of("out", "/o", "dev", "/d", "man", "/m"))));
            expression.end(true);
        }
        assertThat(value("c.a.meta.description").asString()).isEqualTo(meta.get("description"));
        assertThat(value("c.a.system").asString()).isEqualTo(SYSTEM);
        assertThat(value("c.a.outputs").valueStream().map(JsonNode::asString)).containsExactly("dev", "man", "out");
        assertThat(value("c.a.meta.outputsToInstall").valueStream().map(JsonNode::asString))
                .containsExactly("out", "man");
        assertThat(value("[ (c.a ? outputSpecified) c.a.dev.outputSpecified (c.a.dev ? man) ]")
                        .valueStream()
                        .map(JsonNode::asBoolean))
                .containsExactly(false, true, true);
    }

    @Test
    void aNameIsOneThatDerivationsMayHave() {
        String drv = "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-hello-1.0.drv";
        assertThat(Offer.name(null, drv)).isEqualTo("hello-1.0");
        assertThat(Offer.name("hello-2.0pre1", drv)).isEqualTo("hello-2.0pre1");
        assertThat(Offer.name("not / a name", drv)).isEqualTo("hello-1.0");
        assertThat(Offer.name(null, "/nix/store/x y")).isEqualTo("unnamed");
    }
}
