package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.circus.Declaration.DeclaredJobset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.dataformat.toml.TomlMapper;

class DeclarationReaderTest {
    private static final String PROJECT = "projects = [{name = 'p', repository_url = 'https://example.org/p'";

    private static Declaration read(String toml, Map<String, String> environment) {
        return new DeclarationReader(new Validation(Set.of("https"), false), environment)
                .read(new TomlMapper().readTree(toml));
    }

    @Test
    void defaultsAreThoseOfTheContract() {
        Declaration declaration = read("""
                [[projects]]
                name = "p"
                repository_url = "https://example.org/p"
                [[projects.jobsets]]
                name = "j"
                nix_expression = "hydraJobs"
                [[projects.jobsets]]
                name = "k"
                nix_expression = "."
                state = "whatever"
                [[projects.webhooks]]
                forge_type = "gitlab"
                secret = "secret-of-it"
                [[projects.members]]
                username = "ada"
                [[projects.notifications]]
                notification_type = "slack"
                config = {url = "https://example.org"}
                [[users]]
                username = "ada"
                email = "ada@example.org"
                [[api_keys]]
                name = "ci"
                key = "secret-of-ci"
                [[remote_builders]]
                name = "b"
                ssh_uri = "ssh://b"
                systems = ["x86_64-linux"]
                """, Map.of());
        DeclaredJobset jobset = declaration.projects().getFirst().jobsets().getFirst();
        assertThat(jobset)
                .isEqualTo(new DeclaredJobset("j", "hydraJobs", true, true, 60, null, null, 100, null, List.of()));
        assertThat(declaration.projects().getFirst().jobsets().get(1).state()).isEqualTo(JobsetState.ENABLED);
        assertThat(declaration.projects().getFirst().members().getFirst().role())
                .isEqualTo("member");
        assertThat(declaration
                        .projects()
                        .getFirst()
                        .notifications()
                        .getFirst()
                        .config()
                        .get("url")
                        .asString())
                .isEqualTo("https://example.org");
        assertThat(declaration.builders().getFirst().maxJobs()).isEqualTo(1);
        assertThat(declaration.projects().getFirst().webhooks().getFirst().secret())
                .isEqualTo("secret-of-it");
        assertThat(declaration.toString()).doesNotContain("secret-of-it");
    }

    @Test
    void secretsComeFromFiles(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("secret"), "  from a file\n");
        String webhooks = PROJECT + ", webhooks = [{forge_type = 'github', secret_file = '%s'}]}]";
        assertThat(secret(webhooks.formatted("~/secret"), Map.of("HOME", folder.toString())))
                .isEqualTo("from a file");
        assertThat(secret(webhooks.formatted("${PLACE}/secret"), Map.of("PLACE", folder.toString())))
                .isEqualTo("from a file");
        assertThat(secret(webhooks.formatted("${PLACE}/secret"), Map.of())).isNull();
    }

    private static String secret(String toml, Map<String, String> environment) {
        return read(toml, environment)
                .projects()
                .getFirst()
                .webhooks()
                .getFirst()
                .secret();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            project = []                                                 | declarative.project: does not exist
            projects = 1                                                 | declarative.projects: expected a list
            projects = [{name = 'p'}]                                    | declarative.projects[0].repository_url: is missing
            projects = [{name = '.', repository_url = 'https://e.org'}]  | declarative.projects[0].name: must be
            projects = [{name = 'p', repository_url = 'https://10.1.1.1'}] | projects[0].repository_url: names the internal
            PROJECT, jobsets = [{name = 'j'}]}]                          | projects[0].jobsets[0].nix_expression: is missing
            PROJECT, jobsets = [{name = 'j', nix_expression = '.', check_intervall = 1}]}] | check_intervall: does not exist
            PROJECT, jobsets = [{name = 'j', nix_expression = '.', check_interval = 1}]}]  | check_interval: must be 10
            PROJECT, jobsets = [{name = 'j', nix_expression = '.'}, {name = 'j', nix_expression = '.'}]}] | declared twice
            PROJECT, webhooks = [{forge_type = 'svn'}]}]                 | projects[0].webhooks[0].forge_type: must be
            PROJECT, members = [{username = 'a', role = 'boss'}]}]       | projects[0].members[0].role: must be
            remote_builders = [{name = 'b', ssh_uri = 'ssh://b', systems = []}] | systems: must name
            """)
    void whatCannotBeIsNamed(String toml, String message) {
        assertThatThrownBy(() -> read(toml.replace("PROJECT", PROJECT), Map.of()))
                .isInstanceOf(DeclarationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aRepositoryDeclaresJobsets() {
        List<DeclaredJobset> jobsets = DeclarationReader.readRepository("""
                future = "ignored"
                [[jobsets]]
                name = "main"
                nix_expression = "checks"
                enabled = false
                flake_mode = false
                check_interval = 300
                state = "one_at_a_time"
                branch = "main"
                scheduling_shares = 5
                keep_nr = 9
                [[jobsets.inputs]]
                name = "n"
                input_type = "git"
                value = "https://example.org/n"
                revision = "r"
                """);
        assertThat(jobsets).singleElement().satisfies(jobset -> {
            assertThat(jobset.state()).isEqualTo(JobsetState.ONE_AT_A_TIME);
            assertThat(jobset.keepNr()).isEqualTo(9);
            assertThat(jobset.inputs().getFirst().revision()).isEqualTo("r");
        });
        assertThat(DeclarationReader.readRepository("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [[jobsets]                                          | not TOML
            jobsets = "x"                                       | jobsets: expected a list
            jobsets = [1]                                       | jobsets[0]: expected an object
            jobsets = [{name = 1, nix_expression = "."}]        | jobsets[0].name: expected a text
            jobsets = [{name = "a", nix_expression = "../x"}]   | must stay in the repository
            jobsets = [{name = "a\\u0000", nix_expression = "x"}] | NUL
            """)
    void hostileFilesAreRefused(String toml, String message) {
        assertThatThrownBy(() -> DeclarationReader.readRepository(toml))
                .isInstanceOf(DeclarationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void filesHaveBounds() {
        String deep = "x = " + "[".repeat(100_000);
        assertThatThrownBy(() -> DeclarationReader.readRepository(deep)).isInstanceOf(DeclarationException.class);
        String tables = "[" + "a.".repeat(100_000) + "a]\nb = 1";
        assertThatThrownBy(() -> DeclarationReader.readRepository(tables)).isInstanceOf(DeclarationException.class);
        String long1 = "x = '" + "a".repeat(2 << 20) + "'";
        assertThatThrownBy(() -> DeclarationReader.readRepository(long1)).isInstanceOf(DeclarationException.class);
    }
}
