package dev.trivet.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.Lease;
import dev.trivet.srht.Job;
import dev.trivet.store.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A browser watches builds. */
class LiveTest {
    @RegisterExtension
    static final TestDatabase DATABASE = WebServer.database();

    private static final String PUBLIC =
            ", \"visibility\": \"PUBLIC\", \"note\": \"a note\", \"tags\": [\"trivet\", \"web\"]";

    @TempDir
    static Path directory;

    static WebServer server;
    static Browser browser;
    static Relay relay;

    @BeforeAll
    static void start() throws Exception {
        server = new WebServer(DATABASE.database(), directory);
        browser = new Browser(directory.resolve("profile"));
        relay = new Relay(server.uri().getPort());
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        relay.close();
        server.close();
    }

    @Test
    void linesAppearAndTheStateChangesWithoutReload() throws Exception {
        Job job = server.submit("alice", PUBLIC);
        browser.open(relay.uri("/~alice/job/" + job.id()));
        browser.value("window.loaded = 'once'");
        browser.await("document.querySelector('#x-head .state').textContent === 'queued'");

        Lease lease = server.start(job.engineJob());
        browser.await("document.querySelector('#x-head .state').textContent === 'running'");
        server.log(lease, 0, "Cloning\r\nDone\r\n");
        browser.await("document.querySelectorAll('#setup .l').length === 2");
        server.step(lease, 0, StepState.PASSED, 0);
        server.step(lease, 1, StepState.RUNNING, null);
        server.log(lease, 1, "\u001b[1;32mcompiling\u001b[0m <b>&</b>\n10%\r50%");
        browser.await("document.querySelector('#task-build-1 span')?.textContent === '50%'");
        server.log(lease, 1, "\r100%\n");
        browser.await("document.querySelector('#task-build-1 span')?.textContent === '100%'");
        assertThat(browser.text("document.querySelector('#task-build-0 span.sb').className"))
                .isEqualTo("sb f2");
        assertThat(browser.text("document.querySelector('#task-build-0 > span').textContent"))
                .isEqualTo("compiling <b>&</b>");
        server.artifact(lease, "out/<b>.txt", "result".getBytes());
        browser.await("document.querySelector('.files a')?.textContent === '<b>.txt'");

        server.step(lease, 1, StepState.PASSED, 0);
        server.step(lease, 2, StepState.RUNNING, null);
        server.log(lease, 2, "all well\n");
        server.step(lease, 2, StepState.PASSED, 0);
        server.finish(lease, JobEvent.PASS, "");
        browser.await("document.querySelector('#x-head .state').textContent === 'passed'");
        browser.await("document.querySelectorAll('#task-test .l').length === 1");
        browser.await("document.getElementById('follow').hidden");
        assertThat(browser.text("window.loaded")).isEqualTo("once");
        assertThat(browser.text("document.title")).contains("passed");
        assertThat(browser.complaints).isEmpty();
    }

    @Test
    void aDroppedConnectionNeitherLosesNorRepeatsLines() throws Exception {
        Job job = server.submit("alice", PUBLIC);
        Lease lease = server.start(job.engineJob());
        server.step(lease, 1, StepState.RUNNING, null);
        server.log(lease, 1, lines(0, 300));
        browser.open(relay.uri("/~alice/job/" + job.id()));
        browser.value("window.loaded = 'once'");
        for (int round = 1; round <= 3; round++) {
            int from = round * 300;
            server.log(lease, 1, lines(from, from + 100));
            browser.await("document.getElementById('task-build-" + (from + 99) + "')");
            server.log(lease, 1, "\u001b[35mhalf a li");
            browser.await("document.getElementById('task-build-" + (from + 100) + "')");
            relay.cut();
            server.log(lease, 1, "ne\n" + lines(from + 101, from + 300));
            browser.await("document.getElementById('live').textContent !== ''");
            relay.mend();
            browser.await("document.getElementById('task-build-" + (from + 299) + "')");
        }
        server.finish(lease, JobEvent.FAIL, "the test failed it");
        browser.await("document.querySelector('#x-head .state').textContent === 'failed'");
        List<String> wanted = IntStream.range(0, 1200)
                .mapToObj(i -> i % 300 == 100 && i > 300 ? "half a line" : "line " + i)
                .toList();
        assertThat(browser.text(
                                "[...document.querySelectorAll('#task-build .l > span')].map(e => e.textContent).join('\\n')")
                        .lines()
                        .toList())
                .isEqualTo(wanted);
        assertThat(browser.text(
                                "[...document.querySelectorAll('#task-build .l > a')].map(e => e.textContent).join('\\n')")
                        .lines()
                        .toList())
                .isEqualTo(IntStream.rangeClosed(1, 1200)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(browser.text("document.querySelector('#task-build-401 span span').className"))
                .isEqualTo("f5");
        assertThat(browser.text("window.loaded")).isEqualTo("once");
        browser.complaints.clear(); // the browser logs each failed connection
    }

    @Test
    void theListIsKeptCurrent() throws Exception {
        Job first = server.submit("alice", PUBLIC);
        browser.open(relay.uri("/"));
        browser.value("window.loaded = 'once'");
        browser.await("document.querySelector('.runs tbody tr a').textContent.endsWith('#" + first.id() + "')");
        Job second = server.submit("alice", PUBLIC);
        browser.await("document.querySelector('.runs tbody tr a').textContent.endsWith('#" + second.id() + "')");
        Lease lease = server.start(second.engineJob());
        browser.await("document.querySelector('.runs tbody tr .state').textContent === 'running'");
        server.finish(lease, JobEvent.PASS, "");
        browser.await("document.querySelector('.runs tbody tr .state').textContent === 'passed'");
        assertThat(browser.text("window.loaded")).isEqualTo("once");
        assertThat(browser.complaints).isEmpty();
    }

    @Test
    void aLongLogStaysBoundedAndIsFollowed() throws Exception {
        Job job = server.submit("alice", PUBLIC);
        Lease lease = server.start(job.engineJob());
        server.step(lease, 1, StepState.RUNNING, null);
        browser.open(relay.uri("/~alice/job/" + job.id()));
        for (int from = 0; from < 9000; from += 1000) {
            server.log(lease, 1, lines(from, from + 1000));
        }
        browser.await("document.getElementById('task-build-8999')");
        assertThat(browser.value("document.querySelectorAll('#task-build .l').length")
                        .asInt())
                .isLessThanOrEqualTo(5000);
        browser.await("document.querySelector('#task-build .earlier').hidden === false");
        browser.await("document.getElementById('task-build-8999').getBoundingClientRect().top < innerHeight");
        browser.value("scrollTo(0, 0)");
        browser.await("document.querySelector('#follow button').getAttribute('aria-pressed') === 'false'");
        server.finish(lease, JobEvent.PASS, "");
        browser.await("document.querySelector('#x-head .state').textContent === 'passed'");
    }

    @Test
    void pagesLookWell() throws Exception {
        Gallery.hang(server, browser, relay);
    }

    private static String lines(int from, int to) {
        StringBuilder text = new StringBuilder();
        IntStream.range(from, to).forEach(i -> text.append("line ").append(i).append('\n'));
        return text.toString();
    }
}
