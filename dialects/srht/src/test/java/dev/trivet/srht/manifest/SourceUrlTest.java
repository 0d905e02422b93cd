package dev.trivet.srht.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spec section 2.1. */
class SourceUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // 1 ref
                "https://h/~u/repo                 | git | https://h/~u/repo        | repo     | -",
                "https://h/~u/repo#main            | git | https://h/~u/repo        | repo     | main",
                "https://h/~u/repo#feature/x       | git | https://h/~u/repo        | repo     | feature/x",
                "https://h/~u/repo#                | git | https://h/~u/repo        | repo     | -",
                "https://h/~u/repo#a#b             | git | https://h/~u/repo#a#b    | repo#a#b | -",
                // 2 directory
                "dir::https://h/~u/repo            | git | https://h/~u/repo        | dir      | -",
                "dir::https://h/~u/repo#main       | git | https://h/~u/repo        | dir      | main",
                "::https://h/~u/repo               | git | https://h/~u/repo        | repo     | -",
                "a::b::https://h/repo              | git | a::b::https://h/repo     | repo     | -",
                "https://h/~u/repo/                | git | https://h/~u/repo/       | repo     | -",
                "/srv/git/local                    | git | /srv/git/local           | local    | -",
                "local                             | git | local                    | local    | -",
                // 3 scm
                "git+https://h/~u/repo             | git | https://h/~u/repo        | repo     | -",
                "git+ssh://git@h/~u/repo#v1        | git | ssh://git@h/~u/repo      | repo     | v1",
                "hg+https://h/~u/repo#stable       | hg  | https://h/~u/repo        | repo     | stable",
                "hg+ssh://hg@h/~u/repo             | hg  | ssh://hg@h/~u/repo       | repo     | -",
                "HG+ssh://hg@h/~u/repo             | hg  | ssh://hg@h/~u/repo       | repo     | -",
                "svn+https://h/repo                | svn | https://h/repo           | repo     | -",
                "dir::hg+https://h/repo#r          | hg  | https://h/repo           | dir      | r",
                "git@h:~u/repo                     | git | git@h:~u/repo            | repo     | -",
                "git@h:repo.git#v1                 | git | git@h:repo.git           | repo     | v1",
                "a+b@h:~u/repo                     | git | a+b@h:~u/repo            | repo     | -",
                "https://h/a+b:c                   | git | https://h/a+b:c          | a+b:c    | -",
                // 4 name
                "https://h/~u/repo.git             | git | https://h/~u/repo.git    | repo     | -",
                "https://h/~u/repo.git#v1          | git | https://h/~u/repo.git    | repo     | v1",
                "x.git::https://h/~u/repo.git      | git | https://h/~u/repo.git    | x.git    | -",
                "::https://h/~u/repo.git           | git | https://h/~u/repo.git    | repo.git | -",
                "hg+https://h/~u/repo.git          | hg  | https://h/~u/repo.git    | repo.git | -",
                "https://h/.git                    | git | https://h/.git           | .git     | -",
            })
    void readsTheGrammar(String text, String scm, String url, String directory, String ref) {
        assertThat(SourceUrl.parse(text)).isEqualTo(new SourceUrl(text, scm, url, directory, ref));
    }

    @Property(tries = 500)
    void everyTextIsASourceAndKeepsItsText(@ForAll String text) {
        SourceUrl source = SourceUrl.parse(text);

        assertThat(source.text()).isEqualTo(text);
        assertThat(text).contains(source.url());
    }

    @Property(tries = 200)
    void thePartsComeBack(
            @ForAll @AlphaChars @StringLength(min = 1, max = 8) String directory,
            @ForAll @AlphaChars @StringLength(min = 1, max = 8) String name,
            @ForAll @AlphaChars @StringLength(min = 1, max = 8) String ref) {
        String url = "https://example.org/~u/" + name + ".git";

        assertThat(SourceUrl.parse(directory + "::git+" + url + "#" + ref))
                .extracting(SourceUrl::scm, SourceUrl::url, SourceUrl::directory, SourceUrl::ref)
                .containsExactly("git", url, directory, ref);
    }
}
