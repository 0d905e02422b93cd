package dev.trivet.harmont.pipeline;

import static dev.trivet.harmont.pipeline.Texts.command;
import static dev.trivet.harmont.pipeline.Texts.flat;
import static dev.trivet.harmont.pipeline.Texts.graph;
import static dev.trivet.harmont.pipeline.Texts.json;
import static dev.trivet.harmont.pipeline.Texts.waitStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trivet.harmont.pipeline.PipelineException.Code;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is just small enough works, what is larger is refused at once. The timeouts only tell linear from quadratic. */
@Timeout(30)
class PipelineBoundsTest {
    private static final int MANY = 100_000;

    @Test
    void aTextHasSixteenMebibytesOfUtf8() throws PipelineException {
        String around = flat(command("a", "'label':'@'"));
        int room = IrText.MAX_LENGTH - around.length() + 1;

        assertThat(PipelineParser.parse(around.replace("@", "x".repeat(room)))).isNotNull();
        refused(around.replace("@", "x".repeat(room + 1)), Code.INVALID_IR, "longer than 16777216 bytes");
        refused(around.replace("@", "€".repeat(room / 3 + 1)), Code.INVALID_IR, "longer than 16777216 bytes");
        assertThat(PipelineParser.parse(around.replace("@", "€".repeat(room / 3))))
                .isNotNull();
        refused("\"" + "x".repeat(IrText.MAX_LENGTH), Code.INVALID_IR, "longer than 16777216 bytes");
    }

    @Test
    void nestingHasSixtyFourLevels() throws PipelineException {
        String around = "{\"version\":\"0\",\"x\":@,\"steps\":[" + command("a") + "]}";

        assertThat(PipelineParser.parse(around.replace("@", "[".repeat(63) + "]".repeat(63))))
                .isNotNull();
        refused(
                around.replace("@", "[".repeat(64) + "]".repeat(64)),
                Code.INVALID_IR,
                "the pipeline is out of bounds at line 1, column ",
                "exceeds the maximum allowed (64)");
        refused("[".repeat(1_000_000), Code.INVALID_IR, "out of bounds");
        refused("{\"a\":".repeat(1_000_000), Code.INVALID_IR, "out of bounds");
    }

    @Test
    void aKeyHas255CharactersNotUnits() throws PipelineException {
        assertThat(PipelineParser.parse(flat(command("😀".repeat(255))))).isNotNull();
        refused(flat(command("😀".repeat(256))), Code.INVALID_IR, "this one has 256");
    }

    @Test
    void aHundredThousandStepsAreEnough() throws PipelineException {
        String steps = many(MANY, i -> command("s" + i));

        assertThat(PipelineParser.parse(flat(steps)).layers()).hasSize(1);
        refused(flat(steps + "," + command("x")), Code.INVALID_IR, "there are 100001 command steps, at most 100000");
        refused(
                graph(IntStream.rangeClosed(0, MANY).mapToObj(i -> "s" + i).toList()),
                Code.INVALID_IR,
                "there are 100001 command steps, at most 100000");
    }

    @Test
    void chainsOfAHundredThousandWorkInBothFormsAndDirections() throws PipelineException {
        String down = many(MANY, i -> i == 0 ? command("s0") : command("s" + i, "'builds_in':'s" + (i - 1) + "'"));
        String up =
                many(MANY, i -> i == MANY - 1 ? command("s" + i) : command("s" + i, "'builds_in':'s" + (i + 1) + "'"));
        List<String> keys = IntStream.range(0, MANY).mapToObj(i -> "s" + i).toList();
        String edges = many(MANY - 1, i -> "[" + i + "," + (i + 1) + ",'builds_in']");

        Definition pipeline = PipelineParser.parse(flat(down));
        assertThat(pipeline.layers()).hasSize(MANY);
        assertThat(pipeline.topological()).isEqualTo(pipeline.steps());
        assertThat(PipelineParser.parse(graph(keys, edges))).isEqualTo(pipeline);

        Definition upwards = PipelineParser.parse(flat(up));
        var backwards = new ArrayList<>(upwards.steps());
        Collections.reverse(backwards);
        assertThat(upwards.topological()).isEqualTo(backwards);
    }

    @Test
    void aCycleOfAHundredThousandIsToldInShort() {
        String ring = many(MANY, i -> command("s" + i, "'builds_in':'s" + (i + 1) % MANY + "'"));

        refused(
                flat(ring),
                Code.CYCLE,
                "these steps need each other: \"s0\" -> \"s1\" -> ",
                "\"s49\" -> (99950 more) -> \"s0\"");
    }

    @Test
    void halfAMillionEdgesAreEnough() throws PipelineException {
        String before = many(1000, i -> command("a" + i));
        String after = many(499, i -> command("b" + i)) + "," + command("c", "'builds_in':'a7'");

        assertThat(PipelineParser.parse(flat(before, waitStep(), after)).edges())
                .hasSize(500_000);
        refused(
                flat(before, waitStep(), after, command("d", "'builds_in':'c'")),
                Code.INVALID_IR,
                "make 501001 dependencies, at most 500000 are possible",
                "send the graph form, with only those edges that are needed");
    }

    @Test
    void anAvalancheOfWaitsIsStoppedBeforeItStarts() {
        refused(
                flat(many(MANY, i -> command("s" + i) + "," + waitStep())),
                Code.INVALID_IR,
                "make 4999950000 dependencies, at most 500000");
    }

    @Test
    void halfAMillionEdgesOfAGraphAreEnough() throws PipelineException {
        List<String> keys = IntStream.range(0, 1001).mapToObj(i -> "s" + i).toList();
        String edges = many(500_000, i -> "[" + i % 1000 + ",1000,'x']");

        assertThat(PipelineParser.parse(graph(keys, edges)).edges()).hasSize(1000);
        refused(
                graph(keys, edges, "[0,1,'x']"),
                Code.INVALID_IR,
                "there are 500001 edges, at most 500000 are possible; send a graph form with fewer edges");
    }

    @Test
    void variablesOfAPipelineCannotBeMultipliedByItsSteps() throws PipelineException {
        String big = "{'version':'0','env':{'BIG':'" + "x".repeat(1 << 20) + "'},'steps':[";

        assertThat(PipelineParser.parse(json(big + many(63, i -> command("s" + i)) + "]}")))
                .isNotNull();
        refused(
                json(big + many(64, i -> command("s" + i, "'env':{'A':''}")) + "]}"),
                Code.INVALID_IR,
                "the environment variables of all steps together have more than 67108864 characters");
    }

    @Test
    void aStepHasAThousandVariables() throws PipelineException {
        String thousand = many(1000, i -> "'V" + i + "':''");

        assertThat(PipelineParser.parse(flat(command("a", "'env':{" + thousand + "}"))))
                .isNotNull();
        refused(
                flat(command("a", "'env':{'X':''," + thousand + "}")),
                Code.INVALID_IR,
                "step \"a\" has 1001 environment variables, at most 1000");
        refused(
                json("{'version':'0','graph':{'nodes':[{'step':{'key':'a','cmd':''},'env':{'X':''," + thousand
                        + "}}]}}"),
                Code.INVALID_IR,
                "step \"a\" has 1001 environment variables");
    }

    @Test
    void bulkyValuesAreRefusedAndBulkyUnknownMembersAreSkipped() throws PipelineException {
        String bulk = "[{}" + ",{}".repeat(5_000_000) + "]";

        refused(
                flat(command("a", "'runner_args':{'x':" + bulk + "}")),
                Code.INVALID_IR,
                "steps[0].runner_args.x[",
                "there are more than 200000 values here");
        assertThat(PipelineParser.parse(flat(command("a", "'x':" + bulk)))).isNotNull();
        String some = "{'x':[{}" + ",{}".repeat(150_000) + "]}";
        refused(
                flat(many(4, i -> command("s" + i, "'runner_args':" + some))),
                Code.INVALID_IR,
                "steps[3].runner_args of step \"s3\": all steps together have more than 500000 values");
    }

    @Test
    void anObjectHasTwoHundredThousandMembers() {
        refused(
                "{" + many(200_001, i -> "\"" + i + "\":0") + "}",
                Code.INVALID_IR,
                "an object has more than 200000 members");
    }

    @Test
    void numbersAreNotEndless() {
        refused(flat(command("a", "'timeout_seconds':" + "9".repeat(2000))), Code.INVALID_IR, "out of bounds");
        refused(flat(command("a", "'timeout_seconds':1e999999999")), Code.INVALID_IR, "the number is too large");
        refused(flat(command("a", "'timeout_seconds':" + "9".repeat(400))), Code.INVALID_IR, "found the number 999");
    }

    @Test
    void namesWithEqualHashCodesCostNothing() throws PipelineException {
        List<String> names = new ArrayList<>(List.of(""));
        for (int i = 0; i < 14; i++) {
            names = names.stream()
                    .flatMap(name -> List.of(name + "Aa", name + "BB").stream())
                    .toList();
        }
        List<String> keys = names;

        assertThat(PipelineParser.parse(flat(many(keys.size(), i -> command(keys.get(i)))))
                        .layers())
                .hasSize(1);
        String variables = many(1000, i -> "'" + keys.get(i) + "':''");
        assertThat(PipelineParser.parse(flat(many(300, i -> command("s" + i, "'env':{" + variables + "}")))))
                .isNotNull();
    }

    private static String many(int count, IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
    }

    private static void refused(String text, Code code, String... messages) {
        var problem = catchThrowableOfType(PipelineException.class, () -> PipelineParser.parse(text));

        assertThat(problem).isNotNull();
        assertThat(problem.getMessage()).contains(messages).hasSizeLessThan(2000);
        assertThat(problem.code()).isEqualTo(code);
    }
}
