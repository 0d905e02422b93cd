package dev.trivet.harmont.vcs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryUrlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/o/r",
                "https://github.com/o/r.git",
                "http://github.com/o/r/",
                "https://GitHub.com/o/r.git/",
                "https://user@github.com/o/r",
                "https://user:password@github.com:443/o/r.git",
                "git@github.com:o/r.git",
                "git@github.com:/o/r",
                "ssh://git@github.com/o/r.git",
                "ssh://git@github.com:22/o/r.git",
                "git://github.com/o/r.git",
                "github.com/o/r",
                " https://github.com/o/r "
            })
    void oneRepositoryHasOneNormalForm(String url) {
        assertThat(RepositoryUrl.normalForm(url)).isEqualTo("github.com/o/r");
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com/o/R, github.com/o/R",
        "https://host:8443/o/r, host:8443/o/r",
        "ssh://git@host:2222/g/s/r.git, host:2222/g/s/r",
        "local/e2e, local/e2e",
        "name, name",
        "https://host/.git, host/.git",
        "https://host, host/"
    })
    void otherRepositoriesDoNot(String url, String form) {
        assertThat(RepositoryUrl.normalForm(url)).isEqualTo(form);
    }

    @Test
    void aRepositoryIsAtAllOfItsAddresses() {
        Repository repository = new Repository(
                "o/r",
                "https://host:3000/o/r.git",
                "ssh://git@host:2222/o/r.git",
                "https://host:3000/o/r",
                null,
                false);
        assertThat(repository.isAt("https://HOST:3000/o/r")).isTrue();
        assertThat(repository.isAt("ssh://host:2222/o/r")).isTrue();
        assertThat(repository.isAt("https://host/o/r")).isFalse();
        assertThat(repository.isAt("https://host:3000/o/r2")).isFalse();
        assertThat(repository.isAt("")).isFalse();
    }

    @Property(tries = 1000)
    void anyTextHasANormalFormThatIsItsOwn(@ForAll String text) {
        String form = RepositoryUrl.normalForm("https://host/" + text.replace("/", ""));
        assertThat(form).startsWith("host/");
        assertThat(RepositoryUrl.normalForm(text)).isNotNull();
    }

    @Test
    void onlyAddressesOfTheNetworkCanBeCloned() {
        for (String good : List.of(
                "https://h/o/r.git", "http://127.0.0.1:3000/o/r", "ssh://git@h:22/o/r", "git@h:o/r.git", "git://h/r")) {
            assertThat(RepositoryUrl.isCloneable(good)).as(good).isTrue();
        }
        for (String bad : List.of(
                "",
                "-u",
                "file:///etc",
                "/etc",
                "ext::sh",
                "ftp://h/r",
                "https://",
                "https:///r",
                "https://h/a b",
                "https://u:p@h/r",
                "https://h/ü",
                "ssh://-oProxyCommand=x/r\n",
                "https://h/" + "x".repeat(3000))) {
            assertThat(RepositoryUrl.isCloneable(bad)).as(bad).isFalse();
        }
    }
}
