package dev.trivet.harmont.vcs;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts steps by what became of them, in the words and the order of spec section 6.3. */
final class JobTally {
    private static final String SEPARATOR = " · ";

    /** What became of a step. */
    enum Group {
        PASSED("passed", "✅"),
        FAILED("failed", "❌"),
        RUNNING("running", "▶️"),
        QUEUED("queued", "⏳"),
        SKIPPED("skipped", "⏭️"),
        CANCELED("canceled", "🚫"),
        /** Failed without counting; no word of the spec's. */
        SOFT_FAILED("soft-failed", "⚠️");

        private final String word;
        private final String sign;

        Group(String word, String sign) {
            this.word = word;
            this.sign = sign;
        }

        String word() {
            return word;
        }

        String sign() {
            return sign;
        }

        static Group of(JobReport job) {
            return switch (job.state()) {
                case "passed" -> PASSED;
                case "failed", "timed_out" -> job.softFailed() ? SOFT_FAILED : FAILED;
                case "assigned", "running", "timing_out", "canceling" -> RUNNING;
                case "skipped" -> SKIPPED;
                case "canceled" -> CANCELED;
                default -> QUEUED;
            };
        }
    }

    private JobTally() {}

    /** Counts that are not zero, such as {@code 3 passed · 1 failed}; empty without steps. */
    static String line(List<JobReport> jobs) {
        Map<Group, Integer> counts = new EnumMap<>(Group.class);
        jobs.forEach(job -> counts.merge(Group.of(job), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(count -> (count.getKey() == Group.SOFT_FAILED ? Group.SOFT_FAILED.sign() + " " : "")
                        + count.getValue() + " " + count.getKey().word())
                .collect(Collectors.joining(SEPARATOR));
    }
}
