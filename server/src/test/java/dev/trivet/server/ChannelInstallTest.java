package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Somebody subscribes to a channel and installs from it, with the real {@code nix-channel}, {@code nix-build} and {@code nix-env}. */
class ChannelInstallTest {
    @TempDir
    Path temporary;

    private Path directory;

    /** What is needed to install from a channel. */
    record Source(URI channel, String cacheUrl, String trustedKey) {}

    private static final String JOBS = """
            {
              hello = derivation {
                name = "hello-1.0"; system = "x86_64-linux"; builder = "/bin/sh"; outputs = [ "out" "dev" ];
                args = [ "-c" "PATH=/usr/bin:/bin; mkdir -p $out/bin $dev/include; echo hi > $out/bin/hello; echo $out > $dev/include/hello.h" ];
              } // { meta.description = "says \\"hi\\" for ''${x}"; };
              tools.recurseForDerivations = true;
              tools.deep.recurseForDerivations = true;
              tools.deep.file = derivation {
                name = "file-2.0"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo content > $out" ];
              };
              "a b.''${c}\\"d" = derivation {
                name = "odd"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo odd > $out" ];
              };
              broken = derivation {
                name = "broken"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "exit 1" ];
              };
            }
            """.replace("''${", "\\${");

    @Test
    void aChannelIsSubscribedToAndInstalledFrom() throws Exception {
        directory = temporary.toRealPath();
        NixRepository repository = new NixRepository(directory);
        Path cache = directory.resolve("cache");
        Map<String, String> environment = new HashMap<>(repository.environment());
        environment.put("TRIVET_CACHE_CACHE_URL", "file://" + cache);
        try (CircusServer server = new CircusServer(directory, environment)) {
            String channel = built(server, repository);
            Path key = directory.resolve("key");
            Files.writeString(key, run(repository.environment(), "nix", "key", "generate-secret", "--key-name", "t"));
            Map<String, String> builder = repository.environment();
            List<String> paths;
            try (var download = new ChannelDownload(server.address())) {
                paths = download.storePaths("/channel/" + channel + "/store-paths.xz");
                assertThat(download.text("/channel/" + channel + "/binary-cache-url"))
                        .isEqualTo("file://" + cache);
            }
            assertThat(paths).hasSize(4);
            for (String path : paths) {
                String _ = run(builder, "nix", "copy", "--to", "file://" + cache + "?secret-key=" + key, path);
            }
            String trusted = run(builder, "sh", "-c", "nix key convert-secret-to-public < " + key);
            // From here on nothing is in the store: it is another machine's.
            Files.move(directory.resolve("STORE"), directory.resolve("STORE.builder"));
            install(new Source(server.address().resolve("/channel/" + channel), "file://" + cache, trusted));
        }
    }

    /** Evaluates and builds the jobs; answers the name of a channel that shows them. */
    private static String built(CircusServer server, NixRepository repository) throws Exception {
        CircusClient admin = server.admin();
        String project = ok(admin.post("projects", Map.of("name", "p", "repository_url", repository.url())))
                .get("id")
                .asString();
        String commit = repository.commit("release.nix", JOBS);
        String jobset = ok(admin.post(
                        "projects/" + project + "/jobsets",
                        Map.of(
                                "name",
                                "main",
                                "nix_expression",
                                "release.nix",
                                "flake_mode",
                                false,
                                "check_interval",
                                10)))
                .get("id")
                .asString();
        String evaluation = Eventually.await(
                "the jobs to be built",
                () -> {
                    for (JsonNode one :
                            ok(admin.get("evaluations?status=completed")).get("items")) {
                        String id = one.get("id").asString();
                        var statuses = server.statuses(id).values();
                        if (one.get("commit_hash").asString().equals(commit)
                                && statuses.stream().filter("succeeded"::equals).count() == 3
                                && statuses.contains("failed")) {
                            return Optional.of(id);
                        }
                    }
                    return Optional.empty();
                },
                () -> admin.get("builds").body());
        String id = ok(admin.post("channels", Map.of("project_id", project, "name", "stuff", "jobset_id", jobset)))
                .get("id")
                .asString();
        JsonNode _ = ok(admin.post("channels/" + id + "/promote/" + evaluation + "?force=true", null));
        return "stuff";
    }

    private void install(Source source) throws Exception {
        Map<String, String> nix = client(source);
        String _ = run(nix, "nix-channel", "--add", source.channel().toString());
        String _ = run(nix, "nix-channel", "--update");
        assertThat(run(nix, "nix-channel", "--list")).isEqualTo("stuff " + source.channel());
        Path unpacked = directory.resolve("home/.nix-defexpr/channels/stuff");
        assertThat(unpacked.resolve("channel-name")).hasContent("stuff");

        assertThat(run(nix, "nix-env", "-qaP", "--no-name", "--description")
                        .lines()
                        .map(String::strip))
                .anyMatch(line -> line.startsWith("stuff.hello") && line.contains("says \"hi\" for ${x}"))
                .anyMatch(line -> line.startsWith("stuff.tools.deep.file"))
                .noneMatch(line -> line.contains("broken"));
        String attributes = run(
                nix,
                "nix-instantiate",
                "--eval",
                "--strict",
                "--json",
                "-E",
                "builtins.attrNames (import <stuff> { })");
        assertThat(CircusClient.JSON.readTree(attributes).valueStream().map(JsonNode::asString))
                .containsExactly("a b.${c}\"d", "hello", "tools");

        Path hello = Path.of(run(nix, "nix-build", "<stuff>", "-A", "hello", "--no-out-link"));
        assertThat(hello.resolve("bin/hello")).hasContent("hi");
        Path dev = Path.of(run(nix, "nix-build", "<stuff>", "-A", "hello.dev", "--no-out-link"));
        String real = Files.readString(dev.resolve("include/hello.h")).strip();
        assertThat(real).startsWith(directory.resolve("STORE") + "/").endsWith("-hello-1.0");
        assertThat(hello.resolve("bin").toRealPath()).isEqualTo(Path.of(real, "bin"));
        String drv = run(nix, "nix-instantiate", "<stuff>", "-A", "tools.deep.file");
        assertThat(drv).endsWith("-file-2.0.drv");

        Path profile = directory.resolve("profile");
        String _ = run(nix, "nix-env", "-p", profile.toString(), "-iA", "stuff.hello");
        assertThat(profile.resolve("bin/hello")).hasContent("hi");
        assertThat(profile.resolve("include")).doesNotExist();
        assertThat(run(nix, "nix-env", "-p", profile.toString(), "-q", "--out-path"))
                .contains("hello-1.0", real);
        String _ = run(nix, "nix-env", "-p", profile.toString(), "-i", "hello-1.0");
        Path headers = directory.resolve("headers");
        String _ = run(nix, "nix-env", "-p", headers.toString(), "-iA", "stuff.hello.dev");
        assertThat(headers.resolve("include/hello.h")).exists();
        assertThat(headers.resolve("bin")).doesNotExist();
        assertThat(run(nix, "nix-store", "--verify", "--check-contents")).isEmpty();

        // The second time, nothing is new.
        String _ = run(nix, "nix-channel", "--update");
        String _ = run(nix, "nix-channel", "--add", source.channel() + "/nixexprs.tar.xz", "tarball");
        String _ = run(nix, "nix-channel", "--update", "tarball");
        assertThat(directory.resolve("home/.nix-defexpr/channels/tarball/default.nix"))
                .exists();
    }

    private Map<String, String> client(Source source) throws Exception {
        Map<String, String> nix = new HashMap<>();
        nix.put("PATH", System.getenv("PATH"));
        nix.put("HOME", Files.createDirectories(directory.resolve("home")).toString());
        nix.put("USER", "root");
        nix.put("NIX_STORE_DIR", directory.resolve("STORE").toString());
        for (String name : List.of("STATE", "LOG")) {
            nix.put("NIX_" + name + "_DIR", directory.resolve("client/" + name).toString());
        }
        Path conf = Files.createDirectories(directory.resolve("client/conf"));
        Files.writeString(conf.resolve("nix.conf"), """
                experimental-features = nix-command
                build-users-group =
                sandbox = false
                substituters = %s
                trusted-public-keys = %s
                """.formatted(source.cacheUrl(), source.trustedKey()));
        nix.put("NIX_CONF_DIR", conf.toString());
        return nix;
    }

    /** Runs a program; answers what it says on its output. */
    private String run(Map<String, String> environment, String... command) throws Exception {
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putIfAbsent("HOME", directory.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(() -> String.join(" ", command) + ": " + said + text(errors))
                .isZero();
        return said.strip();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException unreadable) {
            return String.valueOf(unreadable);
        }
    }
}
