package dev.trivet.srht.manifest;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The {@code environment} of a manifest: ordered, each value with its own type. */
final class EnvironmentReader {
    private static final String KEY = "environment";
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private EnvironmentReader() {}

    static Map<String, EnvironmentValue> read(YamlNode node) throws ManifestException {
        Map<String, EnvironmentValue> environment = new LinkedHashMap<>();
        for (Map.Entry<String, YamlNode.Entry> entry :
                Values.mapping(node, KEY).entries().entrySet()) {
            String name = entry.getKey();
            if (!IDENTIFIER.matcher(name).matches()) {
                throw ManifestException.rule(
                        "invalid environment variable name '" + Values.shorten(name) + "'",
                        entry.getValue().key().position(),
                        KEY,
                        "use letters, digits and underscores, not beginning with a digit");
            }
            environment.put(name, value(entry.getValue().value()));
        }
        return environment;
    }

    private static EnvironmentValue value(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> single(scalar);
            case YamlNode.Mapping mapping -> new EnvironmentValue.Unusable(mapping.kind());
            case YamlNode.Sequence sequence -> items(sequence);
        };
    }

    private static EnvironmentValue items(YamlNode.Sequence sequence) {
        List<EnvironmentValue.Single> items = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            if (!(item instanceof YamlNode.Scalar scalar)) {
                return new EnvironmentValue.Unusable("a list that holds " + item.kind());
            }
            items.add(single(scalar));
        }
        return new EnvironmentValue.Items(items);
    }

    private static EnvironmentValue.Single single(YamlNode.Scalar scalar) {
        return switch (scalar.type()) {
            case NULL -> new EnvironmentValue.Empty();
            case TRUE -> new EnvironmentValue.Bool(true);
            case FALSE -> new EnvironmentValue.Bool(false);
            case INTEGER -> new EnvironmentValue.Whole(integer(scalar.text()));
            case FLOAT -> fraction(scalar.text());
            case TEXT -> new EnvironmentValue.Text(scalar.text());
        };
    }

    private static EnvironmentValue.Single fraction(String text) {
        double value = Double.parseDouble(digits(text));
        return Double.isInfinite(value) ? new EnvironmentValue.Text(text) : new EnvironmentValue.Fraction(value);
    }

    private static BigInteger integer(String text) {
        String digits = digits(text);
        boolean negative = digits.startsWith("-");
        String unsigned = digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
        BigInteger value = magnitude(unsigned);
        return negative ? value.negate() : value;
    }

    private static BigInteger magnitude(String digits) {
        if (digits.length() < 2 || digits.charAt(0) != '0') {
            return new BigInteger(digits);
        }
        return switch (digits.charAt(1)) {
            case 'x' -> new BigInteger(digits.substring(2), 16);
            case 'o' -> new BigInteger(digits.substring(2), 8);
            case 'b' -> new BigInteger(digits.substring(2), 2);
            default -> new BigInteger(digits, 8);
        };
    }

    private static String digits(String text) {
        return text.replace("_", "");
    }
}
