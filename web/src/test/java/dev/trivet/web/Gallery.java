package dev.trivet.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.plan.Edge;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.PlannedJob;
import dev.trivet.core.plan.Requirements;
import dev.trivet.core.plan.RetryPolicy;
import dev.trivet.core.plan.SoftFail;
import dev.trivet.core.plan.StepSpec;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.Lease;
import dev.trivet.engine.SubmittedRun;
import dev.trivet.srht.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Takes pictures of the pages into {@code target/screenshots}, for people, and checks that nothing sticks out at the side. */
final class Gallery {
    private Gallery() {}

    static void hang(WebServer server, Browser browser, Relay relay) throws Exception {
        Job passed = server.submit("bob", ", \"visibility\": \"PUBLIC\", \"tags\": [\"compiler\", \"main\"]");
        Lease lease = server.start(passed.engineJob());
        server.finish(lease, JobEvent.PASS, "");
        Job failed = failed(server);
        var _ = server.submit("bob", ", \"visibility\": \"PUBLIC\", \"execute\": false");
        Job running = running(server);
        picture(browser, relay, "/", "list");
        picture(browser, relay, "/~alice/job/" + failed.id(), "failed");
        picture(browser, relay, "/~alice/job/" + running.id(), "running");
        picture(browser, relay, "/runs/" + graph(server, 18), "graph");
        picture(browser, relay, "/runs/" + graph(server, 900), "cells");
        picture(browser, relay, "/login", "login");
        picture(browser, relay, "/nothing", "error");
        browser.complaints.clear();
    }

    private static void picture(Browser browser, Relay relay, String path, String name) throws Exception {
        Object[][] looks = {{"light", 1280, 900, false}, {"dark", 1280, 900, true}, {"phone", 390, 844, false}};
        for (Object[] look : looks) {
            browser.look((int) look[1], (int) look[2], (boolean) look[3]);
            browser.open(relay.uri(path));
            assertThat(browser.value("document.documentElement.scrollWidth <= innerWidth")
                            .asBoolean())
                    .as(path + " fits " + look[0])
                    .isTrue();
            browser.screenshot(name + "-" + look[0]);
        }
    }

    private static Job failed(WebServer server) throws Exception {
        Job job = server.submit("alice", ", \"visibility\": \"PUBLIC\", \"tags\": [\"trivet\", \"web\"]");
        Lease lease = server.start(job.engineJob());
        server.log(
                lease,
                0,
                "Booting image debian/stable (default) on port 22042\r\nSending tasks\r\nProcessing post-success triggers...\r\n");
        server.step(lease, 0, StepState.PASSED, 0);
        server.step(lease, 1, StepState.RUNNING, null);
        StringBuilder log = new StringBuilder("+ cd trivet\n+ make\n");
        for (int i = 0; i < 12; i++) {
            log.append("\u001b[32m[")
                    .append(i + 1)
                    .append("/12]\u001b[0m cc -O2 -Wall -c src/part")
                    .append(i)
                    .append(".c\n");
        }
        log.append("\u001b[1;33mwarning:\u001b[0m unused variable \u001b[4m'x'\u001b[0m\n");
        for (int i = 16; i < 88; i++) {
            log.append("\u001b[38;5;").append(i).append("m#\u001b[0m");
        }
        log.append('\n');
        for (int i = 0; i < 64; i++) {
            log.append("\u001b[48;2;")
                    .append(i * 4)
                    .append(";80;")
                    .append(255 - i * 4)
                    .append("m \u001b[0m");
        }
        log.append("\n0%\r33%\r66%\r100% linked\n");
        log.append(
                "\u001b[41;97m FAIL \u001b[0m \u001b[7mtest_parser\u001b[0m: expected \u001b[31m3\u001b[0m, got \u001b[36m4\u001b[0m in a message that is rather long, so that it must be wrapped somewhere on a narrow screen without sticking out\n");
        server.log(lease, 1, log.toString());
        server.step(lease, 1, StepState.FAILED, 2);
        server.step(lease, 2, StepState.SKIPPED, null);
        server.artifact(lease, "out/report.html", new byte[48_213]);
        server.finish(lease, JobEvent.FAIL, "task build exited with code 2");
        return job;
    }

    /** A run of many jobs of which some have ended. */
    private static long graph(WebServer server, int count) throws Exception {
        String[] names = {
            "deps", "lint", "unit tests", "build", "docs", "integration tests", "package", "deploy to staging"
        };
        List<PlannedJob> jobs = new ArrayList<>();
        List<Edge> edges = new ArrayList<>();
        var random = new Random(7);
        JobSpec spec = JobSpec.of("host", List.of(new StepSpec("command", List.of("true"), Map.of(), null)));
        for (int number = 0; number < count; number++) {
            String key = "job-" + number;
            String name = names[number % names.length] + (number < names.length ? "" : " " + number / names.length);
            jobs.add(new PlannedJob(
                    key,
                    name,
                    spec,
                    Requirements.NONE,
                    0,
                    RetryPolicy.DEFAULT,
                    number % 7 == 3 ? SoftFail.ALWAYS : SoftFail.NEVER));
            for (int edge = 0; edge < (number == 0 ? 0 : 1 + random.nextInt(2)); edge++) {
                String from = "job-" + (number - 1 - random.nextInt(Math.min(number, 6)));
                edges.add(edge == 0 && number % 3 == 0 ? Edge.buildsIn(from, key) : Edge.dependsOn(from, key));
            }
        }
        SubmittedRun run = server.submit(jobs, edges);
        for (int number = 0; number < Math.min(count / 2, 12); number++) {
            Lease lease = server.start(run.jobIds().get("job-" + number));
            server.step(lease, 0, StepState.PASSED, 0);
            server.step(lease, 1, StepState.RUNNING, null);
            server.log(lease, 1, "+ make " + number + "\n");
            if (number < 8) {
                server.finish(lease, number % 7 == 3 ? JobEvent.FAIL : JobEvent.PASS, "exited with 1");
            }
            if (number >= 8) {
                break;
            }
        }
        return run.runId();
    }

    private static Job running(WebServer server) throws Exception {
        Job job = server.submit("alice", ", \"visibility\": \"PUBLIC\", \"tags\": [\"trivet\", \"web\"]");
        Lease lease = server.start(job.engineJob());
        server.log(lease, 0, "Booting image debian/stable\r\n");
        server.step(lease, 0, StepState.PASSED, 0);
        server.step(lease, 1, StepState.RUNNING, null);
        server.log(lease, 1, "+ make\ncompiling\n");
        return job;
    }
}
