package dev.trivet.harmont.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published schema and the parser say the same of shapes. A small validator here knows the keywords that the schema uses. */
class PipelineSchemaTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final JsonNode schema = MAPPER.readTree(PipelineSchema.text());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','x':1}]}",
                "{'version':'0','env':{'A':'1'},'steps':[{'type':'wait'},{'type':'command','key':'a','cmd':'','env':null}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','cache':{'policy':'ttl','key':null}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','retry_policy':{'max_retries':100,'backoff':'none'}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','retry_policy':{'max_retries':0,'backoff':null}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','soft_fail_policy':{}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','soft_fail_policy':{'exit_codes':[1,255]}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','artifacts':['a..b','..c','d/...']}]}",
                "{'version':'0','graph':{'nodes':[{'step':{'key':'a','cmd':''}}]}}",
                "{'version':'0','graph':{'nodes':[{'step':{'key':'a','cmd':''}},{'step':{'key':'b','cmd':''}}],'edges':[[0,1,'builds_in']]}}"
            })
    void bothAccept(String text) throws PipelineException {
        assertThat(PipelineParser.parse(Texts.json(text))).isNotNull();
        assertThat(isValid(Texts.json(text))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{'steps':[]}",
                "{'version':0}",
                "{'version':'0','steps':{}}",
                "{'version':'0','steps':[{'type':'block','key':'a','cmd':''}]}",
                "{'version':'0','steps':[{'key':'a','cmd':''}]}",
                "{'version':'0','steps':[{'type':'command','key':'','cmd':''}]}",
                "{'version':'0','steps':[{'type':'command','key':'a'}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','timeout_seconds':0}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','env':{'A':1}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','cache':{}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','retry_policy':{}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','retry_policy':{'max_retries':101}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','retry_policy':{'max_retries':1,'backoff':'x'}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','soft_fail_policy':[]}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','soft_fail_policy':{'exit_codes':[]}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','soft_fail_policy':{'exit_codes':[0]}}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','artifacts':['']}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','artifacts':['a/../b']}]}",
                "{'version':'0','steps':[{'type':'command','key':'a','cmd':'','artifacts':['a\\u0000']}]}",
                "{'version':'0','graph':{}}",
                "{'version':'0','graph':{'nodes':[{}]}}",
                "{'version':'0','graph':{'nodes':[{'step':{'key':'a','cmd':''}}],'edges':[[0,0]]}}"
            })
    void bothRefuse(String text) {
        assertThat(isValid(Texts.json(text))).isFalse();
        assertThat(catchThrowable(() -> PipelineParser.parse(Texts.json(text)))).isInstanceOf(PipelineException.class);
    }

    @Property(tries = 200)
    void theSchemaAcceptsFlatForms(@ForAll(supplier = Items.class) List<PipelinePropertiesTest.Item> items) {
        assertThat(isValid(PipelinePropertiesTest.text(items))).isTrue();
    }

    @Property(tries = 200)
    void theSchemaAcceptsGraphForms(@ForAll(supplier = Graphs.class) PipelinePropertiesTest.Graph graph) {
        assertThat(isValid(PipelinePropertiesTest.text(graph, List.of()))).isTrue();
    }

    @Test
    void theSchemaIsOneObjectOfTheDraftItNames() {
        assertThat(schema.get("$schema").asString()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.get("$defs").propertyNames())
                .containsExactlyInAnyOrder(
                        "env", "cache", "step", "command", "wait", "retry_policy", "soft_fail_policy", "artifacts");
    }

    static final class Items implements ArbitrarySupplier<List<PipelinePropertiesTest.Item>> {
        @Override
        public Arbitrary<List<PipelinePropertiesTest.Item>> get() {
            return PipelinePropertiesTest.items();
        }
    }

    static final class Graphs implements ArbitrarySupplier<PipelinePropertiesTest.Graph> {
        @Override
        public Arbitrary<PipelinePropertiesTest.Graph> get() {
            return PipelinePropertiesTest.graphs();
        }
    }

    private boolean isValid(String text) {
        return matches(schema, MAPPER.readTree(text));
    }

    private boolean matches(JsonNode rule, JsonNode value) {
        return rule.properties().stream()
                .allMatch(keyword -> matches(keyword.getKey(), keyword.getValue(), rule, value));
    }

    private boolean matches(String keyword, JsonNode rule, JsonNode root, JsonNode value) {
        return switch (keyword) {
            case "$schema", "title", "$defs", "description", "default" -> true;
            case "$ref" -> matches(schema.at(rule.asString().substring(1)), value);
            case "type" ->
                rule.isArray()
                        ? stream(rule).anyMatch(type -> isType(type.asString(), value))
                        : isType(rule.asString(), value);
            case "const" -> rule.equals(value);
            case "enum" -> stream(rule).anyMatch(value::equals);
            case "not" -> !matches(rule, value);
            case "allOf" -> stream(rule).allMatch(each -> matches(each, value));
            case "oneOf" -> stream(rule).filter(each -> matches(each, value)).count() == 1;
            case "required" -> !value.isObject() || stream(rule).allMatch(name -> value.has(name.asString()));
            case "properties" ->
                rule.properties().stream()
                        .allMatch(member ->
                                !value.has(member.getKey()) || matches(member.getValue(), value.get(member.getKey())));
            case "additionalProperties" -> !value.isObject() || stream(value).allMatch(member -> matches(rule, member));
            case "items" -> !value.isArray() || stream(value).allMatch(item -> matches(rule, item));
            case "prefixItems" ->
                !value.isArray()
                        || IntStream.range(0, Math.min(rule.size(), value.size()))
                                .allMatch(i -> matches(rule.get(i), value.get(i)));
            case "minItems" -> !value.isArray() || value.size() >= rule.asInt();
            case "maxItems" -> !value.isArray() || value.size() <= rule.asInt();
            case "minLength" -> !value.isString() || value.asString().length() >= rule.asInt();
            case "maxLength" -> !value.isString() || value.asString().length() <= rule.asInt();
            case "minimum" -> !value.isNumber() || value.asDouble() >= rule.asDouble();
            case "maximum" -> !value.isNumber() || value.asDouble() <= rule.asDouble();
            case "pattern" ->
                !value.isString()
                        || Pattern.compile(rule.asString())
                                .matcher(value.asString())
                                .find();
            default -> throw new AssertionError("unknown keyword " + keyword + " in " + root);
        };
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static boolean isType(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new AssertionError("unknown type " + type);
        };
    }
}
