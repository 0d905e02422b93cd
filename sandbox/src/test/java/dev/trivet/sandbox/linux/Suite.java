package dev.trivet.sandbox.linux;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs test classes in a JVM of their own, which may belong to another user. Ends with 0 only when all tests ran and passed. */
final class Suite {
    private Suite() {}

    public static void main(String[] classes) {
        var listener = new SummaryGeneratingListener();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(classes)
                        .map(name -> name.contains("#") ? selectMethod(name) : selectClass(name))
                        .toList())
                .build();
        LauncherFactory.create().execute(request, listener, new Clock());
        var summary = listener.getSummary();
        var out = new PrintWriter(System.out, true);
        summary.printFailuresTo(out, 12);
        out.println("tests: " + summary.getTestsSucceededCount() + " of " + summary.getTestsFoundCount());
        System.exit(
                summary.getTotalFailureCount() == 0 && summary.getTestsSucceededCount() == summary.getTestsFoundCount()
                        ? 0
                        : 1);
    }

    /** Says how long each test took. */
    private static final class Clock implements TestExecutionListener {
        private final Map<String, Long> started = new ConcurrentHashMap<>();

        @Override
        public void executionStarted(TestIdentifier test) {
            started.put(test.getUniqueId(), System.nanoTime());
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            long nanos = System.nanoTime() - started.getOrDefault(test.getUniqueId(), System.nanoTime());
            System.out.printf("%6d ms %s%n", nanos / 1_000_000, test.getDisplayName());
        }
    }
}
