package dev.trivet.circus;

/** The text format of Prometheus, version 0.0.4. Belongs to one thread. */
final class Exposition {
    private final StringBuilder text = new StringBuilder(2048);

    /** Begins a metric. */
    void gauge(String name, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(" gauge\n");
    }

    void sample(String name, String value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    void sample(String name, String label, String labelValue, String value) {
        text.append(name)
                .append('{')
                .append(label)
                .append("=\"")
                .append(escaped(labelValue))
                .append("\"} ")
                .append(value)
                .append('\n');
    }

    void append(Exposition more) {
        text.append(more.text);
    }

    /** A label's value as it stands between quotes. */
    static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
