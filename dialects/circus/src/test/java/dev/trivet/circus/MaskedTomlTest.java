package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.http.HttpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class MaskedTomlTest {
    private static final String DOCUMENT = """
            # the configuration; admin_token = "commented"
            server.admin_token = "tok\\"en # no comment"   # behind
            "quoted key".'secret' = 'lite\\ral'

            [database]
            url = "postgresql://u:word@db/x"
            [[declarative.users]]
            username = "ada"
            password = \"""
            several
            ""quoted"" lines\"""\"
            [[declarative.users]]
            username = "bob"
            password = '''it's'''
            [declarative.users.more]
            token = 12
            [[declarative.projects]]
            name = "p"
            webhooks = [ { forge_type = "github", secret = "one" }, # a = [
              { forge_type = "gitlab", secret = "two" } ]
            [other]
            tokens = [ "a", 'b' ]
            when = 1979-05-27 07:32:00
            numbers = [ 1, [ 2.5, 0x10 ], { a.b = true } ]
            empty_secret = ""
            """;

    private static final String SHOWN = """
            # the configuration; admin_token = "********"
            server.admin_token = "********"   # behind
            "quoted key".'secret' = "********"

            [database]
            url = "postgresql://u:********@db/x"
            [[declarative.users]]
            username = "ada"
            password = "********"
            [[declarative.users]]
            username = "bob"
            password = "********"
            [declarative.users.more]
            token = "********"
            [[declarative.projects]]
            name = "p"
            webhooks = [ { forge_type = "github", secret = "********" }, # a = [
              { forge_type = "gitlab", secret = "********" } ]
            [other]
            tokens = [ "********", "********" ]
            when = 1979-05-27 07:32:00
            numbers = [ 1, [ 2.5, 0x10 ], { a.b = true } ]
            empty_secret = ""
            """;

    @Test
    void secretsAreHiddenAndAllElseStaysAsItIs() {
        assertThat(MaskedToml.masked(DOCUMENT)).isEqualTo(SHOWN);
        assertThat(MaskedToml.masked(SHOWN)).isEqualTo(SHOWN);
        assertThat(MaskedToml.masked(DOCUMENT.replace("\n", "\r\n"))).isEqualTo(SHOWN.replace("\n", "\r\n"));
    }

    @Test
    void whatIsSentBackAsItWasShownIsTheOldDocument() {
        assertThat(MaskedToml.unmasked(SHOWN, DOCUMENT)).isEqualTo(DOCUMENT);
        assertThat(MaskedToml.unmasked(DOCUMENT, "")).isEqualTo(DOCUMENT);
    }

    @Test
    void aSecretGoesWithItsNameNotWithItsPlace() {
        String without = SHOWN.replace("[[declarative.users]]\nusername = \"ada\"\npassword = \"********\"\n", "");
        assertThat(MaskedToml.unmasked(without, DOCUMENT))
                .contains("'''it's'''")
                .doesNotContain("several");
        String swapped =
                SHOWN.replace("github", "x").replace("gitlab", "github").replace("\"x\"", "\"gitlab\"");
        assertThat(MaskedToml.unmasked(swapped, DOCUMENT))
                .contains("forge_type = \"gitlab\", secret = \"two\"", "forge_type = \"github\", secret = \"one\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server.another_token = '********'",
                "declarative.users = [ { username = 'eve', password = '********' } ]",
                "other.tokens = [ '********' ]",
                "database.url = 'postgresql://********:********@db/x?password=********'"
            })
    void whatIsHiddenWithoutHavingBeenThereIsRefused(String text) {
        assertThatThrownBy(() -> MaskedToml.unmasked(text, DOCUMENT))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("write the value");
    }

    @Test
    void changedValuesAreTaken() {
        String changed = SHOWN.replace("u:********@db", "u:********@other").replace("= 1979", "= 1980");
        assertThat(MaskedToml.unmasked(changed, DOCUMENT))
                .isEqualTo(DOCUMENT.replace("word@db", "word@other").replace("= 1979", "= 1980"));
        assertThat(MaskedToml.unmasked("a.token = 'new'", DOCUMENT)).isEqualTo("a.token = 'new'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# only a comment",
                "a = \"\"\"x\\\"\"\"\"\"\"",
                "a = '''x'''''",
                "a = \"\\\\\"\nb.token = \"x\"",
                "a.\"b.c\".\"pass\\u0077ord\" = \"x\"",
                "[ a . 'b' ]\nkey = 1 # [x]",
                "[[a]]\n[[a.b]]\nsecret=1\n[[a.b]]\nsecret=2\n[[a]]\n[a.c]\nsecret=3\n[[a.b]]\nsecret=4",
                "token = [\n 'a', # x ]\n 'b',\n]",
                "a = { token = '}', b = [ ] , c = { } }"
            })
    void whateverIsTomlIsReadTheSameWay(String text) {
        String masked = MaskedToml.masked(text);
        assertThat(MaskedToml.unmasked(masked, text)).isEqualTo(text);
    }

    @Test
    void whatIsNoTomlIsRefused() {
        assertThatThrownBy(() -> MaskedToml.masked("[a\nb")).isInstanceOf(JacksonException.class);
    }

    @Test
    void whatTheParserRefusesEndsAllTheSame() {
        String tables = DOCUMENT.substring(DOCUMENT.indexOf("[database]"));
        for (int length = 0; length < tables.length(); length++) {
            assertThat(TomlPlaces.of(tables.substring(0, length)).values().size())
                    .isLessThan(length + 1);
        }
    }
}
