package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.circus.DeclarationException;
import dev.trivet.circus.Declarations;
import dev.trivet.circus.DeclaredElsewhere;
import dev.trivet.circus.JobsetStore;
import dev.trivet.circus.Project;
import dev.trivet.circus.ProjectStore;
import dev.trivet.circus.SecretBox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is declared is there after a start, and a second one changes nothing (spec circus sections 4.5, 12.3). */
class CircusDeclarationTest {
    private static final String FIRST = """
            [declarative]
            [[declarative.projects]]
            name = "declared"
            repository_url = "https://example.org/declared"
            description = "By file"
            [[declarative.projects.jobsets]]
            name = "on"
            nix_expression = "hydraJobs"
            [[declarative.projects.jobsets.inputs]]
            name = "a"
            input_type = "string"
            value = "1"
            [[declarative.projects.jobsets.inputs]]
            name = "b"
            input_type = "string"
            value = "2"
            [[declarative.projects.jobsets]]
            name = "off"
            nix_expression = "."
            state = "disabled"
            [[declarative.projects.jobsets]]
            name = "once"
            nix_expression = "."
            state = "one_shot"
            check_interval = 120
            [[declarative.projects.jobsets]]
            name = "single"
            nix_expression = "."
            state = "one_at_a_time"
            [[declarative.projects.webhooks]]
            forge_type = "github"
            secret_file = "${SECRETS}/hook"
            [[declarative.projects.webhooks]]
            forge_type = "gitea"
            secret_file = "${SECRETS}/nothing"
            [[declarative.projects.channels]]
            name = "stable"
            jobset_name = "on"
            [[declarative.projects.channels]]
            name = "lost"
            jobset_name = "nowhere"
            [[declarative.remote_builders]]
            name = "one"
            ssh_uri = "ssh://one"
            systems = ["x86_64-linux"]
            [[declarative.remote_builders]]
            name = "two"
            ssh_uri = "ssh://two"
            systems = ["x86_64-linux", "i686-linux"]
            max_jobs = 4
            """;

    private static final String SECOND = """
            [[declarative.projects]]
            name = "declared"
            repository_url = "https://example.org/moved"
            [[declarative.projects.jobsets]]
            name = "on"
            nix_expression = "checks"
            keep_nr = 9
            [[declarative.projects.jobsets.inputs]]
            name = "b"
            input_type = "string"
            value = "3"
            [[declarative.projects.jobsets]]
            name = "once"
            nix_expression = "."
            state = "one_shot"
            check_interval = 120
            [[declarative.remote_builders]]
            name = "two"
            ssh_uri = "ssh://two"
            systems = ["x86_64-linux"]
            """;

    private static final String DUMP = """
            select string_agg(t.row, ';' order by t.row) from (
                select (p.*)::text as row from circus.projects p union all select (j.*)::text from circus.jobsets j
                union all select (i.*)::text from circus.jobset_inputs i
                union all select (w.*)::text from circus.webhook_configs w
                union all select (c.*)::text from circus.channels c
                union all select (b.*)::text from circus.remote_builders b) as t
            """;

    @Test
    void startsBringAboutWhatIsDeclared(@TempDir Path directory) throws Exception {
        Path config = directory.resolve("trivet.toml");
        Files.writeString(config, FIRST);
        Files.writeString(directory.resolve("hook"), "the-secret-of-the-hook\n");
        Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef\n");
        Map<String, String> environment = Map.of(
                "TRIVET_CONFIG", config.toString(),
                "SECRETS", directory.toString(),
                "TRIVET_SERVER_WEBHOOK_SECRET_ENCRYPTION_KEY_FILE", key.toString());
        String before;
        try (CircusServer server = new CircusServer(directory, environment)) {
            checkFirst(server);
            before = dump(server);
        }
        try (CircusServer server = new CircusServer(directory, environment)) {
            assertThat(dump(server)).isEqualTo(before);
            // It has run its one shot.
            server.sql(handle -> handle.execute(
                    "update circus.jobsets set state = 'disabled', last_checked_at = now() where name = 'once'"));
            String path = "projects/" + project(server).id() + "/jobsets";
            assertThat(server.admin()
                            .post(path, Map.of("name", "by-hand", "nix_expression", "."))
                            .status())
                    .isEqualTo(200);
        }
        Files.writeString(config, SECOND);
        try (CircusServer server = new CircusServer(directory, environment)) {
            checkSecond(server);
            checkRepository(server);
        }
        Files.writeString(config, "[declarative]\nprojekts = []\n");
        assertThatThrownBy(() -> new CircusServer(directory, environment))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("declarative.projekts");
    }

    private static Project project(CircusServer server) {
        return new ProjectStore(server.database()).findByName("declared").orElseThrow();
    }

    private static String dump(CircusServer server) {
        return server.sql(handle -> handle.createQuery(DUMP).mapTo(String.class).one());
    }

    private static void checkFirst(CircusServer server) throws Exception {
        Project project = project(server);
        assertThat(project.description()).isEqualTo("By file");
        var jobsets = new JobsetStore(server.database());
        assertThat(jobsets.active(project.id()).stream().map(jobset -> jobset.name() + " " + jobset.checkInterval()))
                .containsExactly("on 60", "once 120", "single 60");
        assertThat(jobsets.findByName(project.id(), "off").orElseThrow().enabled())
                .isFalse();
        assertThat(jobsets.active())
                .hasSize(3)
                .allMatch(active -> active.projectName().equals("declared"));
        String path = "projects/" + project.id();
        assertThat(server.anonymous().get(path + "/webhooks").json()).hasSize(1);
        // Under a key of the operator it is not readable in the database.
        String secret = server.sql(handle -> handle.createQuery("select secret_hash from circus.webhook_configs")
                .mapTo(String.class)
                .one());
        assertThat(secret).startsWith("aesgcm:");
        JsonNode channels = server.anonymous().get(path + "/channels").json();
        assertThat(channels).hasSize(1);
        assertThat(channels.at("/0/name").asString()).isEqualTo("stable");
        JsonNode builders = server.anonymous().get("admin/builders").json();
        assertThat(builders).hasSize(2);
        assertThat(builders.at("/1/max_jobs").asInt()).isEqualTo(4);
    }

    private static void checkSecond(CircusServer server) throws Exception {
        Project project = project(server);
        assertThat(project.repositoryUrl()).isEqualTo("https://example.org/moved");
        var jobsets = new JobsetStore(server.database());
        assertThat(jobsets.count(project.id())).isEqualTo(5);
        var on = jobsets.findByName(project.id(), "on").orElseThrow();
        assertThat(on.nixExpression()).isEqualTo("checks");
        assertThat(on.keepNr()).isEqualTo(9);
        assertThat(jobsets.findByName(project.id(), "once").orElseThrow().isActive())
                .isFalse();
        JsonNode inputs = server.anonymous()
                .get("projects/" + project.id() + "/jobsets/" + on.id() + "/inputs")
                .json();
        assertThat(inputs).hasSize(1);
        assertThat(inputs.at("/0/value").asString()).isEqualTo("3");
        assertThat(server.anonymous()
                        .get("projects/" + project.id() + "/webhooks")
                        .json())
                .hasSize(1);
        JsonNode builders = server.anonymous().get("admin/builders").json();
        assertThat(builders).hasSize(1);
        assertThat(builders.at("/0/max_jobs").asInt()).isEqualTo(1);
    }

    private static void checkRepository(CircusServer server) {
        Project project = project(server);
        var declarations = new Declarations(server.database(), DeclaredElsewhere.NONE, SecretBox.OPEN, () -> {});
        var jobsets = new JobsetStore(server.database());
        String file = "jobsets = [{name = \"%s\", nix_expression = \"packages\", branch = \"main\"}]";
        assertThat(declarations.applyRepository(project.id(), file.formatted("own")))
                .isEqualTo(1);
        String before = dump(server);
        assertThat(declarations.applyRepository(project.id(), file.formatted("own")))
                .isEqualTo(1);
        assertThat(dump(server)).isEqualTo(before);
        assertThat(jobsets.findByName(project.id(), "own").orElseThrow().branch())
                .isEqualTo("main");
        assertThatThrownBy(() -> declarations.applyRepository(project.id(), file.formatted("own") + "\n[["))
                .isInstanceOf(DeclarationException.class);
        assertThat(declarations.applyRepository(project.id(), "")).isZero();
        assertThat(List.of(jobsets.count(project.id()))).containsExactly(6L);
    }
}
