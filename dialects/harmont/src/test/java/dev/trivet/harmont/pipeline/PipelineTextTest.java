package dev.trivet.harmont.pipeline;

import static dev.trivet.harmont.pipeline.Texts.command;
import static dev.trivet.harmont.pipeline.Texts.flat;
import static dev.trivet.harmont.pipeline.Texts.json;
import static dev.trivet.harmont.pipeline.Texts.waitOnFailure;
import static dev.trivet.harmont.pipeline.Texts.waitStep;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PipelineTextTest {
    @Test
    void tellsThePlan() throws PipelineException {
        Definition pipeline = PipelineParser.parse(json("""
                {'version':'0','default_image':'ubuntu:24.04','timeout_seconds':5400,'steps':[
                 {'type':'command','key':'deps','cmd':'make deps','label':'Deps','cache':{'policy':'ttl','duration_seconds':86400,
                   'env_keys':['A','B'],'key':'0123456789abcdef'}},
                 {'type':'command','key':'lint','cmd':'make lint','builds_in':'deps','retry_policy':{'max_retries':3,'backoff':'linear'},
                   'cache':{'policy':'on_change','paths':['go.mod','a b']}},
                 {'type':'command','key':'test','cmd':'make test','builds_in':'deps','timeout_seconds':90,
                   'soft_fail_policy':{'exit_codes':[2,1]},'retry_policy':{'max_retries':1},'artifacts':['dist/app.tar.gz']},
                 {'type':'wait','continue_on_failure':true},
                 {'type':'command','key':'report','cmd':'make report','image':'alpine','soft_fail_policy':{},
                   'cache':{'policy':'compose','sub_policies':[{'policy':'ttl'},{'policy':'forever'}]}},
                 {'type':'wait'},
                 {'type':'command','key':'done','cmd':'echo done'}]}
                """));

        assertThat(PipelineText.asText(pipeline)).isEqualTo("""
                5 steps, 9 dependencies (2 builds_in), 4 layers
                longest chain: deps -> lint -> report -> done (4 steps)
                default image: ubuntu:24.04
                timeout: 1h30m

                layer 1
                  deps  "Deps"
                      image: ubuntu:24.04
                      cache: ttl of 24h, variables A, B, key 0123456789ab…

                layer 2
                  lint
                      builds in: deps
                      cache: on_change, paths go.mod, "a b"
                      retry: up to 3 times, linear backoff
                  test
                      builds in: deps
                      timeout: 1m30s
                      retry: once
                      soft fail: exit codes 1, 2
                      artifacts: dist/app.tar.gz

                layer 3
                  report
                      waits for the end of: deps, lint, test
                      image: alpine
                      cache: compose of ttl and forever
                      soft fail: every failure

                layer 4
                  done
                      waits for: deps, lint, test, report
                """);
    }

    @Test
    void saysOneWhereThereIsOne() throws PipelineException {
        assertThat(PipelineText.asText(PipelineParser.parse(flat(command("a")))))
                .isEqualTo("""
                1 step, 0 dependencies, 1 layer
                longest chain: a (1 step)

                layer 1
                  a
                """);
    }

    @Test
    void shortensLongLists() throws PipelineException {
        String many = IntStream.range(0, 100).mapToObj(i -> command("s" + i)).collect(Collectors.joining(","));
        String text = PipelineText.asText(PipelineParser.parse(flat(many, waitStep(), command("end"))));

        assertThat(text)
                .contains("longest chain: s0 -> end (2 steps)")
                .contains("      waits for: s0, s1, s2, s3, s4, s5, s6, s7, … and 92 more\n");
    }

    @Test
    void shortensALongChain() throws PipelineException {
        String chain = IntStream.range(1, 10)
                .mapToObj(i -> command("s" + i, "'builds_in':'s" + (i - 1) + "'"))
                .collect(Collectors.joining(","));

        assertThat(PipelineText.asText(PipelineParser.parse(flat(command("s0"), chain))))
                .contains("longest chain: s0 -> s1 -> s2 -> s3 -> s4 -> s5 -> s6 -> s7 -> … and 2 more (10 steps)");
    }

    @Test
    void theTextIsHarmlessForATerminal() throws PipelineException {
        String evil = "\\u001b[2J\\n\\u202e\\\"";
        Definition pipeline = PipelineParser.parse(flat(
                command(evil, "'label':'" + evil + "','image':'" + evil + "','artifacts':['" + evil + "']"),
                waitStep(),
                command("b")));

        assertThat(PipelineText.asText(pipeline))
                .matches("[^\\p{Cntrl}\\p{Cf}&&[^\\n]]*")
                .contains("  \"\\u001b[2J\\n\\u202e\\\"\"  \"\\u001b[2J\\n\\u202e\\\"\"\n");
        assertThat(PipelineText.asGraph(pipeline))
                .matches("[^\\p{Cntrl}\\p{Cf}&&[^\\n]]*")
                .contains("\"\\u{1b}[2J\\u{a}\\u{202e}\\\"\" -> \"b\"");
    }

    @Test
    void drawsTheGraph() throws PipelineException {
        Definition pipeline = PipelineParser.parse(flat(
                command("a", "'label':'Say \\\"hi\\\" & go'"),
                command("b\\\\", "'builds_in':'a'"),
                waitOnFailure(),
                command("c"),
                waitStep(),
                command("d")));

        assertThat(PipelineText.asGraph(pipeline)).isEqualTo("""
                digraph pipeline {
                  rankdir=LR;
                  node [shape=box];
                  "a" [label="a\\nSay \\"hi\\" &amp; go"];
                  "b\\\\" [label="b\\\\"];
                  "c" [label="c"];
                  "d" [label="d"];
                  "a" -> "b\\\\" [style=solid];
                  "a" -> "c" [style=dashed, arrowhead=empty];
                  "b\\\\" -> "c" [style=dashed, arrowhead=empty];
                  "a" -> "d" [style=dashed];
                  "b\\\\" -> "d" [style=dashed];
                  "c" -> "d" [style=dashed];
                }
                """);
    }

    @Test
    void shortensALongLabelButNoKey() throws PipelineException {
        String key = "k".repeat(255);
        Definition pipeline = PipelineParser.parse(flat(command(key, "'label':'" + "😀".repeat(81) + "'")));

        assertThat(PipelineText.asGraph(pipeline)).contains('"' + key + "\\n" + "😀".repeat(80) + "…\"");
    }
}
