package dev.trivet.harmont.vcs;

import static dev.trivet.harmont.vcs.Reports.build;
import static dev.trivet.harmont.vcs.Reports.passed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.harmont.vcs.TestForge.Asked;
import dev.trivet.harmont.vcs.TestForge.Told;
import dev.trivet.store.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Spec section 6.3: in order, never after the end, and not lost. */
class StatusReporterTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private final TestClock clock = new TestClock();
    private final HttpClient http = ForgeHttp.client();
    private final Map<UUID, BuildReport> builds = new ConcurrentHashMap<>();
    private TestForge forge;
    private StatusStore store;
    private StatusReporter reporter;

    @BeforeAll
    static void tables() throws Exception {
        VcsTables.make(DATABASE.database());
    }

    @BeforeEach
    void open() throws Exception {
        DATABASE.database().write(handle -> handle.execute("truncate harmont.vcs_status"));
        forge = new TestForge();
        store = new StatusStore(DATABASE.database());
        reporter = reporter();
    }

    @AfterEach
    void close() {
        reporter.close();
        http.close();
        forge.close();
    }

    private StatusReporter reporter() {
        StatusClient client = StatusClient.of(
                        ForgeSettings.of(Forge.GITEA, URI.create("https://ci.example.org"))
                                .withApiUrl(forge.url())
                                .withToken("t"),
                        http,
                        clock)
                .orElseThrow();
        return new StatusReporter(store, Map.of(Forge.GITEA, client), id -> Optional.ofNullable(builds.get(id)), clock);
    }

    private UUID opened(String repository) {
        UUID id = UUID.randomUUID();
        builds.put(id, build(id, "scheduled"));
        assertThat(reporter.opened(
                        new NewStatus(id, Forge.GITEA, repository, Reports.COMMIT, NewStatus.context("api-ci"))))
                .isTrue();
        return id;
    }

    private void become(UUID id, String state) {
        builds.put(id, build(id, state, passed("a", 10)));
        reporter.changed(id, CheckState.ofBuild(state));
    }

    private List<String> told() {
        return forge.asked().stream()
                .map(asked -> asked.json().path("state").stringValue())
                .toList();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not so after 20 s").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private StoredStatus status(UUID id) {
        return store.find(id).orElseThrow();
    }

    @Test
    void aBuildIsToldFromItsBeginningToItsEnd() {
        UUID id = opened("acme/api");
        reporter.pass();
        become(id, "running");
        reporter.pass();
        become(id, "failed");
        reporter.pass();
        assertThat(told()).containsExactly("pending", "pending", "failure");
        assertThat(forge.last().json().path("context").stringValue()).isEqualTo("harmont/api-ci");
        assertThat(status(id).isFinished()).isTrue();
        assertThat(reporter.pass()).isZero();
    }

    @Test
    void changesBetweenTwoPassesAreToldOnce() {
        UUID id = opened("acme/api");
        become(id, "running");
        become(id, "failing");
        become(id, "failed");
        assertThat(reporter.pass()).isEqualTo(1);
        assertThat(told()).containsExactly("failure");
    }

    @Test
    void nothingComesAfterTheEnd() {
        UUID id = opened("acme/api");
        become(id, "passed");
        reporter.pass();
        for (CheckState state : CheckState.values()) {
            reporter.changed(id, state);
        }
        clock.advance(Duration.ofHours(1));
        reporter.pass();
        assertThat(told()).containsExactly("success");
    }

    @Test
    void anOldStateThatComesLateChangesNothing() {
        UUID id = opened("acme/api");
        reporter.changed(id, CheckState.CANCELED);
        reporter.changed(id, CheckState.RUNNING);
        reporter.changed(id, CheckState.PASSED);
        assertThat(status(id).wanted()).isEqualTo(CheckState.CANCELED);
        reporter.pass();
        assertThat(told()).containsExactly("error");
    }

    @Test
    void detailsAloneArePaced() {
        UUID id = opened("acme/api");
        become(id, "running");
        reporter.pass();
        become(id, "running");
        become(id, "running");
        assertThat(reporter.pass()).isZero();
        clock.advance(StatusStore.PACE);
        assertThat(reporter.pass()).isEqualTo(1);
        become(id, "running");
        become(id, "passed");
        assertThat(reporter.pass()).as("the end does not wait").isEqualTo(1);
        assertThat(told()).containsExactly("pending", "pending", "success");
    }

    @Test
    void aRateLimitIsKeptForTheWholeOwner() {
        UUID one = opened("acme/api");
        UUID other = opened("acme/web");
        UUID stranger = opened("elsewhere/api");
        forge.answer(asked ->
                asked.path().contains("/acme/api/") ? Told.of(429, "").with("Retry-After", "60") : Told.of(201, "{}"));
        reporter.pass();
        int before = forge.asked().size();
        become(one, "passed");
        become(other, "passed");
        become(stranger, "passed");
        forge.answer(201, "{}");
        reporter.pass();
        assertThat(forge.asked().subList(before, forge.asked().size()))
                .extracting(Asked::path)
                .singleElement()
                .asString()
                .contains("elsewhere");
        clock.advance(Duration.ofSeconds(59));
        assertThat(reporter.pass()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(reporter.pass()).isEqualTo(2);
        assertThat(status(one).isFinished()).isTrue();
        assertThat(status(one).attempts()).as("being put off is no failure").isZero();
    }

    @Test
    void aForgeThatFailsIsTriedAgain() {
        UUID id = opened("acme/api");
        forge.answer(500, "oops");
        reporter.pass();
        assertThat(status(id).attempts()).isEqualTo(1);
        assertThat(status(id).problem()).contains("500", "oops");
        become(id, "passed");
        assertThat(reporter.pass()).as("a change does not shorten the wait").isZero();
        clock.advance(Duration.ofSeconds(5));
        reporter.pass();
        assertThat(status(id).attempts()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(5));
        assertThat(reporter.pass()).isZero();
        forge.answer(201, "{}");
        clock.advance(Duration.ofSeconds(5));
        reporter.pass();
        assertThat(status(id).isFinished()).isTrue();
        assertThat(status(id).problem()).isNull();
        assertThat(told()).containsExactly("pending", "success", "success");
    }

    @Test
    void otherRefusalsAreFinal() {
        UUID id = opened("acme/gone");
        forge.answer(404, "no such repository");
        reporter.pass();
        assertThat(status(id).isFinished()).isTrue();
        assertThat(status(id).problem()).contains("404");
        forge.answer(201, "{}");
        become(id, "passed");
        clock.advance(Duration.ofDays(1));
        assertThat(reporter.pass()).isZero();
    }

    @Test
    void afterManyFailuresItIsEnough() {
        UUID id = opened("acme/api");
        forge.answer(503, "");
        int tried = 0;
        for (int i = 0; i < 100; i++) {
            tried += reporter.pass();
            clock.advance(Duration.ofMinutes(10));
        }
        assertThat(tried).isEqualTo(55);
        assertThat(status(id).isFinished()).isTrue();
    }

    @Test
    void aBuildThatIsGoneIsNotTold() {
        UUID id = opened("acme/api");
        builds.remove(id);
        reporter.pass();
        assertThat(forge.asked()).isEmpty();
        assertThat(status(id).isFinished()).isTrue();
    }

    @Test
    void aReportThatFailsIsTriedAgain() {
        UUID id = opened("acme/api");
        builds.put(id, build(id, "running"));
        var broken = new AtomicInteger(1);
        try (var other = new StatusReporter(
                store,
                Map.of(Forge.GITEA, update -> new StatusResult.Done("77")),
                build -> {
                    if (broken.getAndDecrement() > 0) {
                        throw new IllegalStateException("no report now");
                    }
                    return Optional.ofNullable(builds.get(build));
                },
                clock)) {
            other.pass();
            assertThat(status(id).problem()).contains("no report now");
            clock.advance(Duration.ofSeconds(5));
            other.pass();
        }
        assertThat(status(id).checkId()).isEqualTo("77");
        assertThat(status(id).sent()).isEqualTo(CheckState.RUNNING);
    }

    @Test
    void afterARestartOpenOnesAreToldAgain() throws Exception {
        UUID id = opened("acme/api");
        UUID over = opened("acme/over");
        become(over, "passed");
        reporter.pass();
        forge.forget();
        // The server dies; the build ends; nobody calls changed().
        clock.advance(Duration.ofMinutes(1));
        builds.put(id, build(id, "canceled"));
        try (StatusReporter next = reporter()) {
            next.start();
            await(() -> status(id).isFinished());
        }
        assertThat(told()).containsExactly("error");
        assertThat(status(id).isFinished()).isTrue();
    }

    @Test
    void whoDiedWhileSendingHoldsUpNobodyForLong() {
        UUID id = opened("acme/api");
        ClaimedStatus lost = store.claim(Forge.GITEA, 10, clock.instant()).getFirst();
        assertThat(lost.isRepeated()).isFalse();
        become(id, "passed");
        assertThat(reporter.pass()).as("one at a time").isZero();
        clock.advance(StatusStore.CLAIM);
        ClaimedStatus next = store.claim(Forge.GITEA, 10, clock.instant()).getFirst();
        assertThat(next.isRepeated()).isTrue();
        store.sent(lost, CheckState.QUEUED, "stale", clock.instant());
        store.giveUp(lost, "stale", clock.instant());
        assertThat(status(id).checkId()).isNull();
        store.sent(next, CheckState.PASSED, "5", clock.instant());
        assertThat(status(id).checkId()).isEqualTo("5");
    }

    @Test
    void forgesWithoutCredentialsAndBuildsWithoutStatusArePassedOver() {
        assertThat(reporter.opened(new NewStatus(UUID.randomUUID(), Forge.GITHUB, "a/b", Reports.COMMIT, "x")))
                .isFalse();
        reporter.changed(UUID.randomUUID(), CheckState.PASSED);
        assertThat(reporter.pass()).isZero();
        assertThatThrownBy(() -> new NewStatus(UUID.randomUUID(), Forge.GITHUB, "b", Reports.COMMIT, "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NewStatus(UUID.randomUUID(), Forge.GITHUB, "a/b", "main", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBuildHasOneStatus() {
        UUID id = opened("acme/api");
        reporter.opened(new NewStatus(id, Forge.GITEA, "other/repo", Reports.COMMIT, "x"));
        assertThat(status(id).repository()).isEqualTo("acme/api");
    }

    @Test
    void closingInterruptsAndLeavesTheStatusToTheNext() throws Exception {
        UUID id = opened("acme/api");
        var asked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        forge.answer(_ -> {
            asked.countDown();
            try {
                release.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Told.of(201, "{}");
        });
        reporter.start();
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        reporter.close();
        release.countDown();
        assertThat(status(id).sent()).isNull();
        assertThat(store.claim(Forge.GITEA, 1, clock.instant()))
                .singleElement()
                .satisfies(claimed -> assertThat(claimed.isRepeated()).isTrue());
    }

    /** Many builds change on many threads while two servers send: each forge's view only goes forward and ends right. */
    @Test
    void orderHoldsUnderConcurrency() throws Exception {
        Map<String, List<CheckState>> seen = new ConcurrentHashMap<>();
        Map<UUID, AtomicInteger> inFlight = new ConcurrentHashMap<>();
        List<String> overlaps = new java.util.concurrent.CopyOnWriteArrayList<>();
        Random random = new Random(7);
        StatusClient client = update -> {
            var mine = inFlight.computeIfAbsent(update.report().id(), _ -> new AtomicInteger());
            if (mine.incrementAndGet() > 1) {
                overlaps.add(update.report().id().toString());
            }
            seen.computeIfAbsent(
                            update.report().id().toString(), _ -> new java.util.concurrent.CopyOnWriteArrayList<>())
                    .add(update.state());
            Thread.sleep(random.nextInt(4));
            mine.decrementAndGet();
            return random.nextInt(5) == 0 ? new StatusResult.Retry("now and then") : new StatusResult.Done("c");
        };
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ids.add(opened("acme/r" + i));
        }
        try (var first = new StatusReporter(
                        store, Map.of(Forge.GITEA, client), id -> Optional.of(builds.get(id)), clock);
                var second = new StatusReporter(
                        store, Map.of(Forge.GITEA, client), id -> Optional.of(builds.get(id)), clock)) {
            first.start();
            second.start();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (UUID id : ids) {
                    threads.submit(() -> {
                        for (int i = 0; i < 10; i++) {
                            builds.put(id, build(id, "running"));
                            first.changed(id, CheckState.RUNNING);
                            second.changed(id, CheckState.QUEUED);
                        }
                        builds.put(id, build(id, "passed"));
                        first.changed(id, CheckState.PASSED);
                        second.changed(id, CheckState.RUNNING);
                        return null;
                    });
                }
            }
            for (int i = 0; i < 500 && !ids.stream().allMatch(id -> status(id).isFinished()); i++) {
                clock.advance(Duration.ofSeconds(30));
                first.wake(Forge.GITEA);
                second.wake(Forge.GITEA);
                Thread.sleep(10);
            }
        }
        assertThat(overlaps).isEmpty();
        for (UUID id : ids) {
            List<CheckState> states = seen.get(id.toString());
            assertThat(states).as(id.toString()).isSorted().endsWith(CheckState.PASSED);
            assertThat(status(id).isFinished()).isTrue();
        }
    }

    @Test
    void runsAgainAreFoundByWhatIsStored() {
        UUID old = opened("acme/api");
        become(old, "failed");
        store.sent(store.claim(Forge.GITEA, 1, clock.instant()).getFirst(), CheckState.FAILED, "41", clock.instant());
        clock.advance(Duration.ofMinutes(1));
        UUID fresh = opened("acme/api");
        store.sent(store.claim(Forge.GITEA, 1, clock.instant()).getFirst(), CheckState.FAILED, "42", clock.instant());
        UUID docs = UUID.randomUUID();
        reporter.opened(new NewStatus(docs, Forge.GITEA, "acme/api", Reports.COMMIT, "harmont/docs"));

        assertThat(again("acme/api", "41", Reports.COMMIT)).containsExactly(old);
        assertThat(again("acme/api", null, Reports.COMMIT)).containsExactly(fresh, docs);
        assertThat(again("evil/api", "41", Reports.COMMIT)).isEmpty();
        assertThat(again("acme/api", "41", "a".repeat(40))).isEmpty();
        assertThat(again("acme/api", "43", Reports.COMMIT)).isEmpty();
        assertThat(store.ofRerun(Forge.GITHUB, rerun("acme/api", "41", Reports.COMMIT)))
                .isEmpty();
    }

    private static WebhookEvent.Rerun rerun(String repository, String check, String commit) {
        return new WebhookEvent.Rerun(
                new Repository(repository, "https://h/" + repository + ".git", null, null, null, false),
                check,
                null,
                commit);
    }

    private List<UUID> again(String repository, String check, String commit) {
        return store.ofRerun(Forge.GITEA, rerun(repository, check, commit)).stream()
                .map(StoredStatus::build)
                .toList();
    }

    @Test
    void oldOnesAreForgotten() {
        UUID id = opened("acme/api");
        clock.advance(Duration.ofDays(91));
        reporter.pass();
        assertThat(store.find(id)).isEmpty();
    }
}
