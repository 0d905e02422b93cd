package dev.trivet.harmont.pipeline;

import static dev.trivet.harmont.pipeline.Texts.command;
import static dev.trivet.harmont.pipeline.Texts.edges;
import static dev.trivet.harmont.pipeline.Texts.flat;
import static dev.trivet.harmont.pipeline.Texts.graph;
import static dev.trivet.harmont.pipeline.Texts.json;
import static dev.trivet.harmont.pipeline.Texts.layers;
import static dev.trivet.harmont.pipeline.Texts.waitOnFailure;
import static dev.trivet.harmont.pipeline.Texts.waitStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.harmont.pipeline.Retry.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Spec section 3: the worked examples, and every rule of both forms. */
class PipelineParserTest {
    @Test
    void readsTheExampleOfARenderedPythonPipeline() throws PipelineException {
        Definition pipeline = PipelineParser.parse("""
                {"version":"0","env":{"LOG":"1"},"default_image":"ubuntu:24.04","steps":[
                 {"type":"command","key":"deps","cmd":"make deps","builds_in":null,"label":"Deps","cache":{"policy":"forever","env_keys":[],"key":"abc123"}},
                 {"type":"command","key":"lint","cmd":"make lint","builds_in":"deps","label":"Lint"},
                 {"type":"command","key":"test","cmd":"cd sub && make test","builds_in":"deps","label":"Test :rocket:","env":{"CI":"1"},"timeout_seconds":60},
                 {"type":"wait"},
                 {"type":"command","key":"done","cmd":"echo done","builds_in":null}]}
                """);

        assertThat(edges(pipeline))
                .containsExactly(
                        "deps <-",
                        "lint <- deps builds_in",
                        "test <- deps builds_in",
                        "done <- deps depends_on, lint depends_on, test depends_on");
        assertThat(layers(pipeline)).containsExactly(List.of("deps"), List.of("lint", "test"), List.of("done"));
        assertThat(pipeline.defaultImage()).isEqualTo("ubuntu:24.04");
        assertThat(pipeline.timeout()).isNull();
        assertThat(pipeline.steps().get(0))
                .isEqualTo(new Step(
                        "deps",
                        "Deps",
                        "make deps",
                        "ubuntu:24.04",
                        Map.of("LOG", "1"),
                        null,
                        new Cache("forever", "abc123", null, List.of(), List.of(), List.of()),
                        null,
                        null,
                        null,
                        null,
                        List.of()));
        assertThat(pipeline.steps().get(2))
                .isEqualTo(new Step(
                        "test",
                        "Test :rocket:",
                        "cd sub && make test",
                        null,
                        Map.of("LOG", "1", "CI", "1"),
                        Duration.ofSeconds(60),
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of()));
    }

    @Test
    void lowersTheWorkedExample() throws PipelineException {
        Definition pipeline = PipelineParser.parse(flat(
                command("a"),
                command("b", "'builds_in':'a'"),
                waitStep(),
                command("c"),
                command("d", "'builds_in':'b'"),
                waitStep(),
                command("e")));

        assertThat(edges(pipeline))
                .containsExactly(
                        "a <-",
                        "b <- a builds_in",
                        "c <- a depends_on, b depends_on",
                        "d <- a depends_on, b builds_in",
                        "e <- a depends_on, b depends_on, c depends_on, d depends_on");
        assertThat(pipeline.topological()).isEqualTo(pipeline.steps());
    }

    @Test
    void readsTheExampleOfTheGraphForm() throws PipelineException {
        Definition pipeline = PipelineParser.parse("""
                {"version":"0","default_image":"ubuntu:24.04","timeout_seconds":900,
                 "graph":{"nodes":[
                   {"step":{"key":"deps","cmd":"make deps"},"env":{"LOG":"1"}},
                   {"step":{"key":"unit","cmd":"make unit","label":"Unit","timeout_seconds":60,"env":{"NOT":"this"}},"env":{"LOG":"1","CI":"1"}}],
                  "node_holes":[],"edge_property":"directed",
                  "edges":[[0,1,"builds_in"]]}}
                """);

        assertThat(edges(pipeline)).containsExactly("deps <-", "unit <- deps builds_in");
        assertThat(pipeline.timeout()).isEqualTo(Duration.ofMinutes(15));
        assertThat(pipeline.defaultImage()).isEqualTo("ubuntu:24.04");
        assertThat(pipeline.steps().get(0).image())
                .as("the graph form does not push it")
                .isNull();
        assertThat(pipeline.steps().get(1).environment()).isEqualTo(Map.of("LOG", "1", "CI", "1"));
        assertThat(pipeline.steps().get(1).timeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void flatAndGraphFormOfOnePipelineAreEqual() throws PipelineException {
        String flat = json("""
                {'version':'0','env':{'LOG':'1'},'timeout_seconds':60,'default_image':'img','steps':[
                 {'type':'command','key':'a','cmd':'A','runner':'r','runner_args':{'x':[1,2.5,null]}},
                 {'type':'wait'},
                 {'type':'command','key':'b','cmd':'B','builds_in':'a','image':'own','retry_policy':{'max_retries':2}},
                 {'type':'command','key':'c','cmd':'C','env':{'LOG':'2'},'soft_fail_policy':{'exit_codes':[3]},'artifacts':['x']}]}
                """);
        String graph = json("""
                {'edges':5,'graph':{'edges':[[0,2,'depends_on'],[0,1,'builds_in'],[0,1,'depends_on']],'nodes':[
                 {'env':{'LOG':'1'},'step':{'key':'a','cmd':'A','image':'img','runner':'r','runner_args':{'x':[1,2.5,null]}}},
                 {'step':{'key':'b','cmd':'B','image':'own','retry_policy':{'max_retries':2}},'env':{'LOG':'1'}},
                 {'step':{'key':'c','eval':{'type':'cmd','cmd':'C'},'soft_fail_policy':{'exit_codes':[3]},'artifacts':['x']},'env':{'LOG':'2'}}]},
                 'timeout_seconds':60,'default_image':'img','version':'0'}
                """);

        assertThat(PipelineParser.parse(flat)).isEqualTo(PipelineParser.parse(graph));
    }

    @Test
    void aParentMayStandLaterAndBehindNoWait() throws PipelineException {
        Definition pipeline = PipelineParser.parse(flat(command("b", "'builds_in':'a'"), command("a")));

        assertThat(edges(pipeline)).containsExactly("b <- a builds_in", "a <-");
        assertThat(layers(pipeline)).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void leadingTrailingAndConsecutiveWaitsAddNothing() throws PipelineException {
        Definition pipeline = PipelineParser.parse(flat(
                waitStep(), command("a"), waitStep(), waitStep(), command("b"), command("c"), waitStep(), waitStep()));

        assertThat(edges(pipeline)).containsExactly("a <-", "b <- a depends_on", "c <- a depends_on");
    }

    @Test
    void aWaitThatContinuesOnFailureAsksOnlyForTheEnd() throws PipelineException {
        Definition pipeline = PipelineParser.parse(flat(
                command("a"),
                command("b"),
                waitOnFailure(),
                command("c", "'builds_in':'a'"),
                waitStep(),
                command("d"),
                waitOnFailure(),
                waitOnFailure(),
                command("e"),
                waitOnFailure(),
                waitStep(),
                command("f")));

        assertThat(edges(pipeline))
                .containsExactly(
                        "a <-",
                        "b <-",
                        "c <- a builds_in, b depends_on!",
                        "d <- a depends_on, b depends_on, c depends_on",
                        "e <- a depends_on, b depends_on, c depends_on, d depends_on!",
                        "f <- a depends_on, b depends_on, c depends_on, d depends_on, e depends_on");
    }

    @Test
    void theDefaultImageIsForRootsWithoutTheirOwn() throws PipelineException {
        String steps = flat(
                command("a"),
                command("b", "'image':'own'"),
                command("c", "'builds_in':'a'"),
                waitStep(),
                command("d"),
                command("e", "'image':'own'"));
        Definition pipeline = PipelineParser.parse(steps.replaceFirst("\\{", "{\"default_image\":\"img\","));

        assertThat(pipeline.steps()).extracting(Step::image).containsExactly("img", "own", null, null, "own");
    }

    @Test
    void ofAPairWithBothKindsOnlyBuildsInRemains() throws PipelineException {
        assertThat(edges(PipelineParser.parse(
                        graph(List.of("a", "b"), "[0,1,'depends_on']", "[0,1,'builds_in']", "[0,1,'whatever']"))))
                .containsExactly("a <-", "b <- a builds_in");
        assertThat(edges(PipelineParser.parse(graph(List.of("a", "b"), "[1,0,'whatever']"))))
                .containsExactly("a <- b depends_on", "b <-");
    }

    @Test
    void readsOurExtensionsAndKeepsThemAsTheyWereWritten() throws PipelineException {
        Step step = PipelineParser.parse(flat(command("a", """
                                'retry_policy':{'max_retries':3,'backoff':'linear','why':'net'},
                                'soft_fail_policy':{'exit_codes':[2,1,2]},
                                'artifacts':['dist/app.tar.gz','a..b','/abs']"""))).steps().getFirst();

        assertThat(step.retry()).isNotNull();
        assertThat(step.retry().maxRetries()).isEqualTo(3);
        assertThat(step.retry().backoff()).isEqualTo(Backoff.LINEAR);
        assertThat(step.retry().original()).hasToString(json("{'max_retries':3,'backoff':'linear','why':'net'}"));
        assertThat(step.softFail()).isNotNull();
        assertThat(step.softFail().any()).isFalse();
        assertThat(step.softFail().exitCodes()).containsExactly(1, 2);
        assertThat(step.softFail().original()).hasToString(json("{'exit_codes':[2,1,2]}"));
        assertThat(step.artifacts()).containsExactly("dist/app.tar.gz", "a..b", "/abs");
    }

    @Test
    void extensionsHaveDefaults() throws PipelineException {
        Step step = PipelineParser.parse(
                        flat(command("a", "'retry_policy':{'max_retries':0},'soft_fail_policy':{},'artifacts':null")))
                .steps()
                .getFirst();

        assertThat(step.retry().maxRetries()).isZero();
        assertThat(step.retry().backoff()).isEqualTo(Backoff.NONE);
        assertThat(step.softFail()).isEqualTo(new SoftFail(Set.of()));
        assertThat(step.softFail().any()).isTrue();
        assertThat(step.artifacts()).isEmpty();
    }

    @Test
    void readsEveryCachePolicy() throws PipelineException {
        Cache cache =
                PipelineParser.parse(flat(command("a", """
                        'cache':{'policy':'compose','key':'K','sub_policies':[
                          {'policy':'ttl','duration_seconds':60,'env_keys':['A','B']},
                          {'policy':'on_change','paths':['go.mod']},{'policy':'none'}]}"""))).steps().getFirst().cache();

        assertThat(cache)
                .isEqualTo(new Cache(
                        "compose",
                        "K",
                        null,
                        List.of(),
                        List.of(),
                        List.of(
                                new Cache("ttl", null, 60L, List.of("A", "B"), List.of(), List.of()),
                                new Cache("on_change", null, null, List.of(), List.of("go.mod"), List.of()),
                                new Cache("none", null, null, List.of(), List.of(), List.of()))));
    }

    @Test
    void nullCountsAsAbsentAndUnknownMembersAreIgnored() throws PipelineException {
        Definition bare = PipelineParser.parse(flat(command("a")));

        assertThat(PipelineParser.parse(json("""
                {'version':'0','env':null,'default_image':null,'timeout_seconds':null,'graph':null,'x':{'y':[1,{'z':'\\u0000'}]},
                 'steps':[{'type':'wait','continue_on_failure':null,'cmd':7,'key':[]},
                  {'cmd':'make a','key':'a','label':null,'builds_in':null,'image':null,'env':null,'timeout_seconds':null,
                   'cache':null,'runner':null,'runner_args':null,'retry_policy':null,'soft_fail_policy':null,
                   'artifacts':null,'eval':null,'secrets':{'A':1},'resources':[],'type':'command'}]}
                """))).isEqualTo(bare);
    }

    @Test
    void aGraphThatIsNoObjectLeavesTheFlatForm() throws PipelineException {
        assertThat(PipelineParser.parse(
                        json("{'graph':[],'version':'0','steps':[{'type':'command','key':'a','cmd':''}]}")))
                .isNotNull();
    }

    @Test
    void wholeNumbersAreWholeHoweverTheyAreWritten() throws PipelineException {
        Definition pipeline = PipelineParser.parse(
                flat(command("a", "'timeout_seconds':60.0"), command("b", "'timeout_seconds':6e1")));

        assertThat(pipeline.steps()).extracting(Step::timeout).containsOnly(Duration.ofMinutes(1));
    }

    @Test
    void valuesCannotBeChangedThroughTheirAccessors() throws PipelineException {
        Step step = PipelineParser.parse(
                        flat(command("a", "'runner_args':{'x':1},'retry_policy':{'max_retries':1},'env':{'A':'1'}")))
                .steps()
                .getFirst();
        ((ObjectNode) step.runnerArgs()).removeAll();
        ((ObjectNode) step.retry().original()).removeAll();

        assertThat(step.runnerArgs()).hasToString("{\"x\":1}");
        assertThat(step.retry().original()).hasToString("{\"max_retries\":1}");
        assertThatThrownBy(() -> step.environment().put("B", "2")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void variablesKeepTheOrderOfTheText() throws PipelineException {
        Definition pipeline = PipelineParser.parse(json("""
                {'version':'0','steps':[{'type':'command','key':'a','cmd':'','env':{'M':'4','B':'3'}}],'env':{'Z':'1','B':'2'}}
                """));

        assertThat(pipeline.steps().getFirst().environment().entrySet())
                .containsExactly(Map.entry("Z", "1"), Map.entry("B", "3"), Map.entry("M", "4"));
    }
}
