package dev.trivet.srht.manifest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;

/** A value of the {@code environment} mapping with the type that its YAML gives it (spec section 2.2). */
public sealed interface EnvironmentValue {

    /** A value that is no collection. */
    sealed interface Single extends EnvironmentValue {
        /** The value as text, as a shell would see it. */
        String text();
    }

    /** A string; dates are strings too. */
    record Text(String text) implements Single {
        public Text {
            Objects.requireNonNull(text, "text is null");
        }
    }

    /** {@code null}, {@code ~} or nothing at all. */
    record Empty() implements Single {
        @Override
        public String text() {
            return "";
        }
    }

    /** {@code true} or {@code false}; words such as {@code yes} are strings. */
    record Bool(boolean value) implements Single {
        @Override
        public String text() {
            return Boolean.toString(value);
        }
    }

    /** A whole number. */
    record Whole(BigInteger value) implements Single {
        @Override
        public String text() {
            return value.toString();
        }
    }

    /** A number with a fraction or an exponent. */
    record Fraction(double value) implements Single {
        private static final double PLAIN_FROM = 1e-4;
        private static final double PLAIN_BELOW = 1e21;

        /** The shortest decimal that is the same number; with an exponent only where zeros would fill the line. */
        @Override
        public String text() {
            double size = Math.abs(value);
            if (value == 0) {
                return "0";
            }
            if (size < PLAIN_FROM || size >= PLAIN_BELOW) {
                return Double.toString(value).replace(".0E", "E").replace('E', 'e');
            }
            return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
        }
    }

    /** A list; it becomes a bash array. */
    record Items(List<Single> items) implements EnvironmentValue {
        public Items {
            items = List.copyOf(items);
        }
    }

    /**
     * A mapping, or a list that holds collections: accepted when the manifest is submitted, but the job fails while it sets up.
     *
     * @param kind what it is, with its article
     */
    record Unusable(String kind) implements EnvironmentValue {
        public Unusable {
            Objects.requireNonNull(kind, "kind is null");
        }
    }
}
