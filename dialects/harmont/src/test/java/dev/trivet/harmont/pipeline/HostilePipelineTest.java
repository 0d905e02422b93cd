package dev.trivet.harmont.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever the text is, the parser gives a sound pipeline or a {@link PipelineException}, and nothing else. */
class HostilePipelineTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static final List<String> VALID = List.of(Texts.json("""
            {'version':'0','env':{'LOG':'1'},'default_image':'img','timeout_seconds':9,'steps':[
             {'type':'command','key':'a','cmd':'A','label':'L','runner':'r','runner_args':{'x':[1,2.5,null,{'y':true}]},
              'cache':{'policy':'compose','key':'K','sub_policies':[{'policy':'ttl','duration_seconds':5,'env_keys':['E']},
               {'policy':'on_change','paths':['p']}]}},
             {'type':'wait','continue_on_failure':true},
             {'type':'command','key':'b','cmd':'B','builds_in':'a','image':'own','retry_policy':{'max_retries':2,'backoff':'linear'}},
             {'type':'wait'},
             {'type':'command','key':'c','eval':{'type':'cmd','cmd':'C'},'env':{'LOG':'2','M':''},'timeout_seconds':3,
              'soft_fail_policy':{'exit_codes':[3,4]},'artifacts':['x','y/z']}]}
            """), Texts.json("""
            {'version':'0','default_image':'img','timeout_seconds':9,'graph':{'nodes':[
             {'env':{'LOG':'1'},'step':{'key':'a','cmd':'A','image':'img','cache':{'policy':'forever','env_keys':[]}}},
             {'step':{'key':'b','cmd':'B','retry_policy':{'max_retries':2}},'env':{'LOG':'1'}},
             {'step':{'key':'c','eval':{'type':'cmd','cmd':'C'},'artifacts':['x']},'env':null}],
             'node_holes':[],'edge_property':'directed','edges':[[0,1,'builds_in'],[0,2,'depends_on'],[1,2,'depends_on']]}}
            """));

    private static final List<String> VALUES = Texts.json(
                    "null;true;0;-1;1;3;60;1.5;1e400;1e5;99999999999999999999;'';'0';'a';'b';'x\\u0000';'\\ud800';'..';"
                            + "'command';'wait';'builds_in';[];{};[[]];[null];{'':''};{'policy':'x'};[0,1,'builds_in'];[2,0,'x'];"
                            + "{'key':'a','cmd':'x','type':'command'};{'step':{'key':'q','cmd':''}}")
            .lines()
            .flatMap(line -> List.of(line.split(";")).stream())
            .toList();

    private static final String ALPHABET =
            "{}[]:,\"\\0123456789.eE+-nulltruefals \n\tversionstepkcmdgraph\0\u20ac\ud83d\ude00\ud800";

    @Property
    void arbitraryTextsAreNoSurprise(@ForAll("texts") String text) {
        attempt(text);
    }

    @Property
    void arbitraryJsonIsNoSurprise(@ForAll("values") String value) {
        attempt(value);
        attempt("{\"version\":\"0\",\"steps\":" + value + "}");
        attempt("{\"version\":\"0\",\"graph\":" + value + "}");
    }

    @Property(tries = 3000)
    void pipelinesWithOtherValuesAreNoSurprise(@ForAll Random random) {
        JsonNode tree = MAPPER.readTree(VALID.get(random.nextInt(VALID.size())));
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            change(tree, random);
        }
        Statistics.label("accepted").collect(attempt(MAPPER.writeValueAsString(tree)));
    }

    @Property(tries = 3000)
    void pipelinesWithOtherCharactersAreNoSurprise(@ForAll Random random) {
        var text = new StringBuilder(VALID.get(random.nextInt(VALID.size())));
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                case 1 -> text.delete(at, end);
                default -> text.insert(random.nextInt(text.length()), text.substring(at, end));
            }
        }
        attempt(text.toString());
    }

    /** Whether the text is a pipeline. */
    private static boolean attempt(String text) {
        try {
            Definition pipeline = PipelineParser.parse(text);
            assertThat(pipeline.topological()).hasSameSizeAs(pipeline.steps()).isNotEmpty();
            return true;
        } catch (PipelineException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(20_000).matches("[^\\p{Cntrl}]*");
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            return fail("for " + text, e);
        }
    }

    private static void change(JsonNode tree, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(tree, containers);
        JsonNode value = MAPPER.readTree(VALUES.get(random.nextInt(VALUES.size())));
        switch (containers.get(random.nextInt(containers.size()))) {
            case ObjectNode object
            when !object.isEmpty() -> {
                var names = new ArrayList<>(object.propertyNames());
                String name = names.get(random.nextInt(names.size()));
                if (random.nextInt(4) == 0) {
                    object.remove(name);
                } else {
                    object.set(name, value);
                }
            }
            case ArrayNode array
            when !array.isEmpty() -> {
                int at = random.nextInt(array.size());
                switch (random.nextInt(4)) {
                    case 0 -> array.remove(at);
                    case 1 -> array.add(array.get(at).deepCopy());
                    default -> array.set(at, value);
                }
            }
            default -> {}
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainer()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    @Provide
    static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(60),
                Arbitraries.strings().withChars(ALPHABET.toCharArray()).ofMaxLength(80));
    }

    @Provide
    static Arbitrary<String> values() {
        Arbitrary<String> leaf = Arbitraries.of(VALUES);
        Arbitrary<String> name = Arbitraries.of(
                "type", "key", "cmd", "env", "step", "nodes", "edges", "cache", "policy", "image", "builds_in", "x");
        return Arbitraries.recursive(
                () -> leaf,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(4).map(items -> "[" + String.join(",", items) + "]"),
                        Arbitraries.maps(name, inner)
                                .ofMaxSize(5)
                                .map(members -> members.entrySet().stream()
                                        .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
                                        .collect(Collectors.joining(",", "{", "}")))),
                0,
                4);
    }
}
