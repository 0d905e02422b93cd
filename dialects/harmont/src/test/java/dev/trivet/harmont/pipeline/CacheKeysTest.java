package dev.trivet.harmont.pipeline;

import static dev.trivet.harmont.pipeline.Texts.command;
import static dev.trivet.harmont.pipeline.Texts.flat;
import static dev.trivet.harmont.pipeline.Texts.waitStep;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Spec section 3.6: the formula, written out once more in each test. */
class CacheKeysTest {
    private static final Instant NOW = Instant.ofEpochSecond(7205, 999_999_999);
    private static final Map<String, String> FILES = Map.of("go.mod", "aa", "src", "bb", "😀", "cc", "\uFF5E", "dd");

    private final List<String> asked = new ArrayList<>();

    @Test
    void foreverDependsOnCommandAndVariables() throws Exception {
        Map<String, String> keys = keys(
                flat(
                        command("a", "'cache':{'policy':'forever'}"),
                        command(
                                "b",
                                "'env':{'X':'1','Y':'2','Z':'3'},'cache':{'policy':'forever','env_keys':['Y','X','UNSET'],'key':null}")));

        assertThat(keys)
                .containsOnly(
                        Map.entry("a", sha("org\0pipe\0a\0scratch\0forever-" + sha("make a\0"))),
                        Map.entry("b", sha("org\0pipe\0b\0scratch\0forever-" + sha("make b\0UNSET=\0X=1\0Y=2\0"))));
    }

    @Test
    void ttlDependsOnItsWindow() throws Exception {
        Map<String, String> keys = keys(flat(
                command("a", "'env':{'X':'1'},'cache':{'policy':'ttl','duration_seconds':3600,'env_keys':['X']}"),
                command("b", "'cache':{'policy':'ttl'}")));

        assertThat(keys).containsOnly(Map.entry("a", sha("org\0pipe\0a\0scratch\0ttl-2-" + sha("make a\0X=1\0"))));
    }

    @Test
    void onChangeDependsOnItsSortedPaths() throws Exception {
        Map<String, String> keys = keys(flat(
                command("a", "'cache':{'policy':'on_change','paths':['src','go.mod']}"),
                command("b", "'cache':{'policy':'on_change','paths':['src','missing']}"),
                command("c", "'cache':{'policy':'on_change','paths':[]}"),
                command("d", "'cache':{'policy':'on_change','paths':['😀','\uFF5E']}")));

        assertThat(keys)
                .containsOnly(
                        Map.entry("a", sha("org\0pipe\0a\0scratch\0sha-" + sha("aa\0bb\0"))),
                        Map.entry("d", sha("org\0pipe\0d\0scratch\0sha-" + sha("dd\0cc\0"))));
        assertThat(asked).as("each path once").doesNotHaveDuplicates();
    }

    @Test
    void composeDependsOnAllItsParts() throws Exception {
        Map<String, String> keys = keys(flat(
                command("a", """
                        'cache':{'policy':'compose','sub_policies':[{'policy':'ttl','duration_seconds':10},
                         {'policy':'none'},{'policy':'compose','sub_policies':[{'policy':'on_change','paths':['src']}]}]}"""),
                command("b", "'cache':{'policy':'compose','sub_policies':[{'policy':'forever'},{'policy':'ttl'}]}"),
                command("c", "'cache':{'policy':'compose'}")));

        String inner = "compose-" + sha("sha-" + sha("bb\0"));
        assertThat(keys)
                .containsOnly(Map.entry(
                        "a",
                        sha("org\0pipe\0a\0scratch\0compose-" + sha("ttl-720-" + sha("make a\0") + "none" + inner))));
    }

    @Test
    void aChildDependsOnItsParentsKey() throws Exception {
        String forever = "'cache':{'policy':'forever'}";
        Map<String, String> keys = keys(flat(
                command("c", "'builds_in':'b'," + forever),
                command("b", "'builds_in':'a'," + forever),
                command("a", "'cache':{'policy':'ttl','key':'GIVEN'}")));

        String parent = sha("org\0pipe\0b\0GIVEN\0forever-" + sha("make b\0"));
        assertThat(keys)
                .containsOnly(
                        Map.entry("a", "GIVEN"),
                        Map.entry("b", parent),
                        Map.entry("c", sha("org\0pipe\0c\0" + parent + "\0forever-" + sha("make c\0"))));
    }

    @Test
    void aChildOfAnUncachedParentHasNoKeyUnlessItGaveOne() throws Exception {
        String forever = "'cache':{'policy':'forever'}";
        Map<String, String> keys = keys(flat(
                command("a"),
                command("b", "'builds_in':'a'," + forever),
                command("c", "'builds_in':'b'," + forever),
                command("d", "'builds_in':'b','cache':{'policy':'forever','key':'GIVEN'}"),
                command("e", "'builds_in':'d'," + forever)));

        assertThat(keys)
                .containsOnly(
                        Map.entry("d", "GIVEN"),
                        Map.entry("e", sha("org\0pipe\0e\0GIVEN\0forever-" + sha("make e\0"))));
    }

    @Test
    void onlyTheParentCountsNotWhatIsWaitedFor() throws Exception {
        Map<String, String> keys = keys(flat(command("a"), waitStep(), command("b", "'cache':{'policy':'forever'}")));

        assertThat(keys).containsOnly(Map.entry("b", sha("org\0pipe\0b\0scratch\0forever-" + sha("make b\0"))));
    }

    @Test
    void noneIsNeverCachedAndAnUnknownPolicyNeedsItsKey() throws Exception {
        assertThat(keys(flat(
                        command("a", "'cache':{'policy':'none','key':'GIVEN'}"),
                        command("b", "'cache':{'policy':'moon','key':'MOON'}"),
                        command("c", "'cache':{'policy':'moon'}"),
                        command("d", "'cache':{'policy':'moon','key':''}"))))
                .containsOnly(Map.entry("b", "MOON"));
    }

    private Map<String, String> keys(String text) throws PipelineException {
        var keys = new CacheKeys("org", "pipe", NOW, path -> {
            asked.add(path);
            return Optional.ofNullable(FILES.get(path));
        });
        return keys.of(PipelineParser.parse(text));
    }

    private static String sha(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
