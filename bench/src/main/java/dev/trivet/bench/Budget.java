package dev.trivet.bench;

import java.util.Locale;

/** A bound of DESIGN section 7 on one measured value. */
sealed interface Budget {
    /** None: the value is shown for information. */
    Budget NONE = new Unbounded();

    static Budget atMost(double bound) {
        return new AtMost(bound);
    }

    static Budget atLeast(double bound) {
        return new AtLeast(bound);
    }

    /** The bound and whether {@code value} keeps it, for the table. */
    String judge(double value);

    /** No bound. */
    record Unbounded() implements Budget {
        @Override
        public String judge(double value) {
            return "";
        }
    }

    /** The value must not be larger. */
    record AtMost(double bound) implements Budget {
        @Override
        public String judge(double value) {
            return "≤ " + Budget.text(bound) + (value <= bound ? ", met" : ", MISSED");
        }
    }

    /** The value must not be smaller. */
    record AtLeast(double bound) implements Budget {
        @Override
        public String judge(double value) {
            return "≥ " + Budget.text(bound) + (value >= bound ? ", met" : ", MISSED");
        }
    }

    private static String text(double bound) {
        return bound == Math.rint(bound)
                ? String.format(Locale.ROOT, "%.0f", bound)
                : String.format(Locale.ROOT, "%.1f", bound);
    }
}
