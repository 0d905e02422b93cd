package dev.trivet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class NotificationsTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final List<String> heard = new CopyOnWriteArrayList<>();

    private final NotificationListener listener = new NotificationListener() {
        @Override
        public void onNotification(String payload) {
            heard.add(payload);
        }

        @Override
        public void onGap() {
            heard.add("gap");
        }
    };

    @Test
    void listenersHearTheirChannelsAndGaps() throws Exception {
        try (TestCluster cluster = new TestCluster();
                Database database = Database.connect(cluster.config());
                Notifications notifications = Notifications.start(cluster.config())) {
            Notifications.Subscription first = notifications.subscribe("jobs", listener);
            notifications.subscribe("jobs", failing());
            Waiting.until(SOON, () -> heard.equals(List.of("gap")));

            notify(database, "jobs", "1");
            notify(database, "other", "unheard");
            notify(database, "jobs", "");
            Waiting.until(SOON, () -> heard.equals(List.of("gap", "1", "")));

            outage(cluster);
            heard.clear();
            cluster.start();
            long back = System.nanoTime();
            Waiting.until(SOON, () -> heard.equals(List.of("gap")));
            assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(1));
            Waiting.until(SOON, () -> isNotified(database, "again"));
            // Whoever cannot tell whether it was sent has sent it again.
            Waiting.until(SOON, () -> heard.contains("again"));

            first.close();
            notify(database, "jobs", "after the end");
            CopyOnWriteArrayList<String> late = new CopyOnWriteArrayList<>();
            notifications.subscribe("jobs", recording(late));
            Waiting.until(SOON, () -> late.equals(List.of("gap")));
            assertThat(heard).startsWith("gap", "again").doesNotContain("after the end");
        }
    }

    @Test
    void deadDatabaseMakesNoBusyLoop() throws Exception {
        DatabaseConfig nothing =
                new DatabaseConfig("jdbc:postgresql://127.0.0.1:" + LoopbackPort.choose() + "/x", "x", "x", 1);
        try (Notifications notifications = Notifications.start(nothing)) {
            notifications.subscribe("jobs", listener);
            Thread thread = Thread.getAllStackTraces().keySet().stream()
                    .filter(one -> one.getName().equals("trivet-notifications"))
                    .findAny()
                    .orElseThrow();
            long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
            long begin = System.nanoTime();
            Waiting.until(SOON, () -> System.nanoTime() - begin > 1_500_000_000L);
            long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()) - before;
            assertThat(Duration.ofNanos(used)).isLessThan(Duration.ofMillis(300));
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void channelNamesAreChecked() {
        try (Notifications notifications =
                Notifications.start(new DatabaseConfig("jdbc:postgresql://127.0.0.1:1/x", "x", "x", 1))) {
            assertThatThrownBy(() -> notifications.subscribe("a; DROP TABLE job", listener))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Long enough that the back-off has grown to its bound. */
    private static void outage(TestCluster cluster) throws Exception {
        cluster.kill();
        long begin = System.nanoTime();
        Waiting.until(SOON, () -> System.nanoTime() - begin > 1_000_000_000L);
    }

    private static void notify(Database database, String channel, String payload) {
        database.write(handle -> handle.select("SELECT pg_notify(?, ?)", channel, payload)
                .mapToMap()
                .list());
    }

    private static boolean isNotified(Database database, String payload) {
        try {
            notify(database, "jobs", payload);
            return true;
        } catch (DatabaseUnavailableException e) {
            return false;
        }
    }

    private static NotificationListener recording(List<String> heard) {
        return new NotificationListener() {
            @Override
            public void onNotification(String payload) {
                heard.add(payload);
            }

            @Override
            public void onGap() {
                heard.add("gap");
            }
        };
    }

    private static NotificationListener failing() {
        return new NotificationListener() {
            @Override
            public void onNotification(String payload) {
                throw new IllegalStateException("thrown on purpose");
            }

            @Override
            public void onGap() {}
        };
    }
}
