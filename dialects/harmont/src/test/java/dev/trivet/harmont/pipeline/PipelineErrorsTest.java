package dev.trivet.harmont.pipeline;

import static dev.trivet.harmont.pipeline.Texts.command;
import static dev.trivet.harmont.pipeline.Texts.flat;
import static dev.trivet.harmont.pipeline.Texts.graph;
import static dev.trivet.harmont.pipeline.Texts.json;
import static dev.trivet.harmont.pipeline.Texts.waitStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trivet.harmont.pipeline.PipelineException.Code;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Spec sections 3.2, 3.4 and 3.5: every rejection with its code and its message, and which of two comes first. */
class PipelineErrorsTest {
    static Stream<Arguments> envelopes() {
        return Stream.of(
                refused("", Code.INVALID_JSON, "the pipeline is not JSON: the text is empty"),
                refused("  \n", Code.INVALID_JSON, "the pipeline is not JSON: the text is empty"),
                refused("{'version':", Code.INVALID_JSON, "not JSON at line 1, column"),
                refused("{version:'0'}", Code.INVALID_JSON, "not JSON at line 1, column"),
                refused("{'a':1,}", Code.INVALID_JSON, "not JSON at line 1, column"),
                refused("{'a':01}", Code.INVALID_JSON, "not JSON"),
                refused("{'a':NaN}", Code.INVALID_JSON, "not JSON"),
                refused("{'a':'\n'}", Code.INVALID_JSON, "not JSON"),
                refused("{} {}", Code.INVALID_JSON, "something follows after the value"),
                refused("{} 1", Code.INVALID_JSON, "something follows after the value"),
                refused("1 2", Code.INVALID_JSON, "something follows after the value"),
                refused("{} x", Code.INVALID_JSON, "not JSON"),
                refused("{'a':1,'b':2,'a':3}", Code.INVALID_JSON, "Duplicate Object property \"a\""),
                refused("{'x':[{'a':1,'\\u0061':3}]}", Code.INVALID_JSON, "Duplicate Object property \"a\""),
                refused("[]", Code.INVALID_IR, "the top level: expected an object, found an array"),
                refused("null", Code.INVALID_IR, "the top level: expected an object, found a single value"),
                refused("'{}'", Code.INVALID_IR, "the top level: expected an object, found a single value"),
                refused("{}", Code.INVALID_IR, "version: is missing; expected \"0\""),
                refused("{'graph':{}}", Code.INVALID_IR, "version: is missing; expected \"0\""),
                refused("{'version':'1'}", Code.BAD_VERSION, "version: expected \"0\", got \"1\""),
                refused("{'version':'1','graph':null}", Code.BAD_VERSION, "version: expected \"0\", got \"1\""),
                refused("{'version':'1','graph':{}}", Code.INVALID_IR, "version: expected \"0\", got \"1\""),
                refused("{'graph':{},'version':1}", Code.INVALID_IR, "version: expected \"0\", got 1"),
                refused("{'version':0}", Code.BAD_VERSION, "version: expected \"0\", got 0"),
                refused("{'version':null}", Code.BAD_VERSION, "version: expected \"0\", got null"),
                refused("{'version':{'version':'0'}}", Code.BAD_VERSION, "got an object or array"),
                refused("{'version':'0'}", Code.INVALID_IR, "steps: there is no command step"),
                refused("{'version':'0','steps':null}", Code.INVALID_IR, "steps: there is no command step"),
                refused("{'version':'0','steps':[]}", Code.INVALID_IR, "steps: there is no command step"),
                refused("{'version':'0','steps':[{'type':'wait'}]}", Code.INVALID_IR, "there is no command step"),
                refused("{'version':'0','steps':{}}", Code.INVALID_IR, "steps: expected an array, found an object"),
                refused(
                        "{'version':'0','steps':'x'}",
                        Code.INVALID_IR,
                        "steps: expected an array, found the string \"x\""),
                refused(
                        "{'version':'0','default_image':7}",
                        Code.INVALID_IR,
                        "default_image: expected a string, found the number 7"),
                refused(
                        "{'version':'0','timeout_seconds':'60'}",
                        Code.INVALID_IR,
                        "timeout_seconds: expected a whole number from 1 to 2147483647, found the string \"60\""),
                refused("{'version':'0','timeout_seconds':0}", Code.INVALID_IR, "found the number 0"),
                refused("{'version':'0','timeout_seconds':1.5}", Code.INVALID_IR, "found the number 1.5"),
                refused("{'version':'0','timeout_seconds':1e400}", Code.INVALID_IR, "the number is too large"),
                refused("{'version':'0','timeout_seconds':99999999999999999999}", Code.INVALID_IR, "found the number"),
                refused("{'version':'0','timeout_seconds':-1}", Code.INVALID_IR, "found the number -1"),
                refused("{'version':'0','env':[]}", Code.INVALID_IR, "env: expected an object of strings"),
                refused(
                        "{'version':'0','env':{'key':'x','PORT':80}}",
                        Code.INVALID_IR,
                        "env.PORT: expected a string (numbers and flags go into quotes), found the number 80"),
                refused("{'version':'0','env':{'A':null}}", Code.INVALID_IR, "env.A: expected a string"),
                refused("{'version':'0','env':{'':'1'}}", Code.INVALID_IR, "env[\"\"]: the name of a variable"),
                refused("{'version':'0','env':{'A=B':'1'}}", Code.INVALID_IR, "env[\"A=B\"]: the name of a variable"),
                refused("{'version':'0','env':{'A\\u0000':'1'}}", Code.INVALID_IR, "a NUL character"),
                refused("{'version':'0','env':{'A':'\\u0000'}}", Code.INVALID_IR, "env.A: a NUL character"));
    }

    static Stream<Arguments> steps() {
        String key256 = "k".repeat(256);
        return Stream.of(
                step("5", "steps[0]: expected an object, found the number 5"),
                step("null", "steps[0]: expected an object, found null"),
                step("[]", "steps[0]: expected an object, found an array"),
                step(
                        "{'key':'a','cmd':''}",
                        "steps[0].type of step \"a\": is missing; expected \"command\" or \"wait\""),
                step("{'type':null}", "steps[0].type: is missing"),
                step("{'type':7}", "steps[0].type: expected a string, found the number 7"),
                step("{'type':'block'}", "steps[0].type: expected \"command\" or \"wait\", found the string \"block\""),
                step(
                        "{'type':'wait','continue_on_failure':'yes'}",
                        "steps[0].continue_on_failure: expected true or false, found the string \"yes\""),
                step("{'type':'command','cmd':''}", "steps[0].key: is missing"),
                step("{'type':'command','cmd':'','key':null}", "steps[0].key: is missing"),
                step("{'type':'command','cmd':'','key':1}", "steps[0].key: expected a string, found the number 1"),
                step(
                        "{'type':'command','cmd':'','key':''}",
                        "steps[0].key of step \"\": a key has 1 to 255 characters"),
                step("{'type':'command','cmd':'','key':'" + key256 + "'}", "this one has 256"),
                step("{'type':'command','cmd':'','key':'\\u0000'}", "steps[0].key: a NUL character"),
                step("{'type':'command','cmd':'','key':'\\ud800'}", "steps[0].key: half a surrogate pair (\\ud800)"),
                step("{'type':'command','cmd':'','key':'\\udc00'}", "steps[0].key: half a surrogate pair (\\udc00)"),
                step("{'type':'command','cmd':'','key':'\\ud800x'}", "steps[0].key: half a surrogate pair (\\ud800)"),
                step("{'type':'command','key':'a'}", "steps[0].cmd of step \"a\": is missing"),
                step("{'type':'command','key':'a','cmd':null}", "steps[0].cmd of step \"a\": is missing"),
                step("{'type':'command','key':'a','cmd':['ls']}", "steps[0].cmd of step \"a\": expected a string"),
                step("{'type':'command','key':'a','cmd':'\\u0000'}", "steps[0].cmd: a NUL character"),
                member("'label':5", "steps[0].label of step \"a\": expected a string, found the number 5"),
                member("'builds_in':5", "steps[0].builds_in of step \"a\": expected a string"),
                member("'image':false", "steps[0].image of step \"a\": expected a string, found false"),
                member("'image':'\\u0000'", "steps[0].image: a NUL character"),
                member("'env':'A=1'", "steps[0].env of step \"a\": expected an object of strings, found the string"),
                member("'env':{'A':{}}", "steps[0].env.A of step \"a\": expected a string"),
                member("'timeout_seconds':0", "steps[0].timeout_seconds of step \"a\": expected a whole number from 1"),
                member("'timeout_seconds':'1h'", "found the string \"1h\""),
                member("'timeout_seconds':2147483648", "found the number 2147483648"),
                member("'runner':{}", "steps[0].runner of step \"a\": expected a string, found an object"),
                member("'runner_args':[1]", "steps[0].runner_args of step \"a\": expected an object, found an array"),
                member("'cache':'forever'", "steps[0].cache of step \"a\": expected an object such as"),
                member("'cache':{}", "steps[0].cache.policy of step \"a\": is missing"),
                member("'cache':{'policy':1}", "steps[0].cache.policy of step \"a\": expected a string"),
                member("'cache':{'policy':'x','key':1}", "steps[0].cache.key of step \"a\": expected a string"),
                member(
                        "'cache':{'policy':'x','key':'" + key256 + "'}",
                        "steps[0].cache.key of step \"a\": a cache key has at most 255 characters"),
                member(
                        "'cache':{'policy':'ttl','duration_seconds':0}",
                        "steps[0].cache.duration_seconds of step \"a\""),
                member("'cache':{'policy':'x','env_keys':'A'}", "cache.env_keys of step \"a\": expected an array"),
                member("'cache':{'policy':'x','paths':[1]}", "cache.paths[0] of step \"a\": expected a string"),
                member(
                        "'cache':{'policy':'x','sub_policies':{}}",
                        "cache.sub_policies of step \"a\": expected an array"),
                member("'cache':{'policy':'x','sub_policies':[{}]}", "cache.sub_policies[0].policy of step \"a\": is"),
                member(
                        "'cache':{'policy':'x','sub_policies':['x']}",
                        "cache.sub_policies[0] of step \"a\": expected an"),
                member("'eval':'ls'", "steps[0].eval of step \"a\": expected an object such as"),
                member("'eval':{'type':'dynamic','target_name':'x'}", "steps of type \"dynamic\" are not supported"),
                member("'eval':{'type':'x'}", "steps[0].eval of step \"a\": expected the type \"cmd\", found \"x\""),
                member("'eval':{}", "steps[0].eval of step \"a\": expected the type \"cmd\", found none"),
                member("'eval':{'type':'cmd'}", "steps[0].eval.cmd of step \"a\": is missing"),
                member("'eval':{'type':'cmd','cmd':'other'}", "cmd and eval name different commands"));
    }

    static Stream<Arguments> extensions() {
        String long1025 = "p".repeat(1025);
        String many = "'p'" + ",'p'".repeat(100);
        return Stream.of(
                member("'retry_policy':3", "steps[0].retry_policy of step \"a\": expected an object such as"),
                member("'retry_policy':{}", "steps[0].retry_policy.max_retries of step \"a\": is missing"),
                member("'retry_policy':{'max_retries':null}", "retry_policy.max_retries of step \"a\": is missing"),
                member(
                        "'retry_policy':{'max_retries':101}",
                        "steps[0].retry_policy.max_retries of step \"a\": expected a whole number from 0 to 100,"
                                + " found the number 101"),
                member("'retry_policy':{'max_retries':-1}", "found the number -1"),
                member("'retry_policy':{'max_retries':'3'}", "found the string \"3\""),
                member(
                        "'retry_policy':{'max_retries':1,'backoff':'Linear'}",
                        "steps[0].retry_policy.backoff of step \"a\": expected \"none\", \"linear\" or \"exponential\","
                                + " found the string \"Linear\""),
                member(
                        "'retry_policy':{'max_retries':1,'backoff':1}",
                        "retry_policy.backoff of step \"a\": expected a"),
                member("'soft_fail_policy':true", "steps[0].soft_fail_policy of step \"a\": expected an object"),
                member("'soft_fail_policy':{'exit_codes':1}", "soft_fail_policy.exit_codes of step \"a\": expected an"),
                member("'soft_fail_policy':{'exit_codes':[]}", "soft_fail_policy.exit_codes of step \"a\": is empty"),
                member("'soft_fail_policy':{'exit_codes':[0]}", "exit_codes[0] of step \"a\": expected a whole number"),
                member("'soft_fail_policy':{'exit_codes':[1,256]}", "exit_codes[1] of step \"a\": expected a whole"),
                member("'artifacts':'x'", "steps[0].artifacts of step \"a\": expected an array of paths"),
                member("'artifacts':[1]", "steps[0].artifacts[0] of step \"a\": expected a string"),
                member("'artifacts':['']", "steps[0].artifacts[0] of step \"a\": a path has 1 to 1024 characters"),
                member("'artifacts':['" + long1025 + "']", "this one has 1025"),
                member("'artifacts':['a/../b']", "the path \"a/../b\" leads upwards"),
                member("'artifacts':['..']", "leads upwards"),
                member("'artifacts':['a/..']", "leads upwards"),
                member("'artifacts':['\\u0000']", "steps[0].artifacts[0]: a NUL character"),
                member("'artifacts':[" + many + "]", "at most 100 artifacts are possible, these are 101"));
    }

    static Stream<Arguments> graphs() {
        List<String> abc = List.of("a", "b", "c");
        return Stream.of(
                malformed("{}", "graph.nodes: there is no command step"),
                malformed("{'nodes':[]}", "graph.nodes: there is no command step"),
                malformed("{'nodes':null}", "graph.nodes: expected an array, found null"),
                malformed("{'nodes':{}}", "graph.nodes: expected an array, found an object"),
                malformed("{'nodes':[1]}", "graph.nodes[0]: expected an object, found the number 1"),
                malformed("{'nodes':[{}]}", "graph.nodes[0].step: is missing"),
                malformed("{'nodes':[{'step':[]}]}", "graph.nodes[0].step: expected an object, found an array"),
                malformed("{'nodes':[{'step':null}]}", "graph.nodes[0].step: expected an object, found null"),
                malformed("{'nodes':[{'step':{'cmd':''}}]}", "graph.nodes[0].step.key: is missing"),
                malformed("{'nodes':[{'step':{'key':'a'}}]}", "graph.nodes[0].step.cmd of step \"a\": is missing"),
                malformed(
                        "{'nodes':[{'step':{'key':'a','eval':{'type':'dynamic'}}}]}",
                        "graph.nodes[0].step.eval of step \"a\": steps of type \"dynamic\" are not supported"),
                malformed(
                        "{'nodes':[{'env':{'A':1},'step':{'key':'a','cmd':''}}]}",
                        "graph.nodes[0].env.A: expected a string"),
                malformed(
                        "{'edges':{},'nodes':[{'step':{'key':'a','cmd':''}}]}",
                        "graph.edges: expected an array, found an object"),
                refused(graph(abc, "7"), Code.INVALID_IR, "graph.edges[0]: expected an array [from, to, kind]"),
                refused(graph(abc, "[0,1]"), Code.INVALID_IR, "graph.edges[0]: expected [from, to, kind], found an"),
                refused(graph(abc, "[0,1,'x',2]"), Code.INVALID_IR, "found an array of 4"),
                refused(graph(abc, "['0',1,'x']"), Code.INVALID_IR, "graph.edges[0][0]: expected a whole number"),
                refused(graph(abc, "[0,-1,'x']"), Code.INVALID_IR, "graph.edges[0][1]: expected a whole number"),
                refused(graph(abc, "[0,1,null]"), Code.INVALID_IR, "graph.edges[0][2]: expected a string, found null"),
                refused(
                        graph(abc, "[0,1,'x']", "[0,3,'x']"),
                        Code.INVALID_IR,
                        "graph.edges[1]: there is no node 3; the nodes are 0 to 2"),
                refused(
                        graph(abc, "[1,2,'builds_in']", "[0,2,'builds_in']"),
                        Code.INVALID_IR,
                        "step \"c\" builds in both \"a\" and \"b\""),
                refused(
                        graph(List.of("a", "b", "a")),
                        Code.DUPLICATE_KEY,
                        "the key \"a\" is used by graph.nodes[0] and by graph.nodes[2]"),
                refused(graph(abc, "[1,1,'x']"), Code.CYCLE, "these steps need each other: \"b\" -> \"b\""),
                refused(
                        graph(abc, "[0,1,'x']", "[1,2,'builds_in']", "[2,0,'x']"),
                        Code.CYCLE,
                        "these steps need each other: \"a\" -> \"c\" -> \"b\" -> \"a\""));
    }

    static Stream<Arguments> relations() {
        return Stream.of(
                refused(
                        flat(command("a"), waitStep(), command("b"), command("a")),
                        Code.DUPLICATE_KEY,
                        "the key \"a\" is used by steps[0] and by steps[3]; each step needs a key of its own"),
                refused(
                        flat(command("a"), command("b", "'builds_in':'x\\ny'")),
                        Code.UNKNOWN_DEPENDENCY,
                        "step \"b\" builds in \"x\\ny\", but no step has that key"),
                refused(
                        flat(command("a", "'builds_in':''")),
                        Code.UNKNOWN_DEPENDENCY,
                        "step \"a\" builds in \"\", but no step has that key"),
                refused(
                        flat(command("a", "'builds_in':'a'")),
                        Code.CYCLE,
                        "these steps need each other: \"a\" -> \"a\" (each builds in the next one or waits for it)"),
                refused(
                        flat(
                                command("z"),
                                command("y", "'builds_in':'a'"),
                                command("a", "'builds_in':'b'"),
                                command("b", "'builds_in':'c'"),
                                command("c", "'builds_in':'a'")),
                        Code.CYCLE,
                        "these steps need each other: \"a\" -> \"b\" -> \"c\" -> \"a\""),
                refused(
                        flat(command("a", "'builds_in':'b'"), command("x"), waitStep(), command("b")),
                        Code.CYCLE,
                        "\"a\" -> \"b\" -> \"a\""));
    }

    /** Rule 7: JSON, version, step shape, duplicate keys, unknown builds_in, cycle. */
    static Stream<Arguments> orders() {
        String cycle = command("c", "'builds_in':'c'");
        String unknown = command("u", "'builds_in':'x'");
        String twice = command("c");
        String shape = command("s", "'label':1");
        return Stream.of(
                refused("{'version':'1','steps':5,'a':1,'a':2}", Code.INVALID_JSON, "Duplicate"),
                refused("{'steps':5,'version':'1'}", Code.BAD_VERSION, "got \"1\""),
                refused("{'steps':5}", Code.INVALID_IR, "version: is missing"),
                refused(flat(cycle, unknown, twice, shape), Code.INVALID_IR, "steps[3].label of step \"s\""),
                refused(flat(cycle, unknown, twice), Code.DUPLICATE_KEY, "\"c\""),
                refused(flat(cycle, unknown), Code.UNKNOWN_DEPENDENCY, "\"x\""),
                refused(flat(cycle), Code.CYCLE, "\"c\""),
                refused(graph(List.of("a", "a"), "[0,2,'x']"), Code.INVALID_IR, "there is no node 2"),
                refused(graph(List.of("a", "a"), "[0,0,'x']"), Code.DUPLICATE_KEY, "\"a\""));
    }

    @ParameterizedTest
    @MethodSource({"envelopes", "steps", "extensions", "graphs", "relations", "orders"})
    void isRefused(String text, Code code, String message) {
        var problem = catchThrowableOfType(PipelineException.class, () -> PipelineParser.parse(json(text)));

        assertThat(problem).as(text).isNotNull();
        assertThat(problem.getMessage()).contains(message);
        assertThat(problem.code()).isEqualTo(code);
    }

    @Test
    void codesHaveTheNamesOfTheContract() {
        assertThat(Code.values())
                .extracting(Code::wireName)
                .containsExactlyInAnyOrder(
                        "invalid_json", "bad_version", "duplicate_key", "unknown_dependency", "cycle", "invalid_ir");
    }

    @Test
    void messagesAreHarmlessForATerminal() {
        String key = "\\u001b[2J\\u202e";
        var problem = catchThrowableOfType(
                PipelineException.class, () -> PipelineParser.parse(flat(command(key, "'builds_in':'" + key + "'"))));

        assertThat(problem.getMessage()).contains("\"\\u001b[2J\\u202e\" -> ");
    }

    private static Arguments refused(String text, Code code, String message) {
        return Arguments.of(text, code, message);
    }

    private static Arguments step(String step, String message) {
        return Arguments.of(flat(json(step)), Code.INVALID_IR, message);
    }

    private static Arguments member(String member, String message) {
        return Arguments.of(flat(command("a", member)), Code.INVALID_IR, message);
    }

    private static Arguments malformed(String graph, String message) {
        return Arguments.of("{'version':'0','graph':" + graph + "}", Code.INVALID_IR, message);
    }
}
