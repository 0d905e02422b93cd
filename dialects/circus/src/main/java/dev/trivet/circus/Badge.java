package dev.trivet.circus;

/**
 * A picture with a word on each half (spec section 9).
 *
 * @param message the right half
 * @param color of the right half
 */
record Badge(String message, String color) {
    private static final String LABEL = "build";
    private static final String GREY = "#9f9f9f";
    private static final String RED = "#e05d44";
    private static final String YELLOW = "#dfb317";

    static final Badge NOT_FOUND = new Badge("not found", GREY);
    static final Badge NO_EVALUATIONS = new Badge("no evaluations", GREY);

    /** The one of a build with this status. */
    static Badge of(String status) {
        return switch (status) {
            case "succeeded" -> new Badge("passing", "#4c1");
            case "failed" -> new Badge("failing", RED);
            case "running" -> new Badge("building", YELLOW);
            case "pending" -> new Badge("queued", YELLOW);
            case "cancelled" -> new Badge("cancelled", GREY);
            case "aborted" -> new Badge("aborted", GREY);
            case "unsupported_system" -> new Badge("unsupported", GREY);
            case "dependency_failed" -> new Badge("dep failed", RED);
            case "failed_with_output" -> new Badge("failed output", RED);
            case "timeout" -> new Badge("timeout", RED);
            case "cached_failure" -> new Badge("cached fail", RED);
            case "log_limit_exceeded" -> new Badge("log limit", RED);
            case "nar_size_limit_exceeded" -> new Badge("nar limit", RED);
            case "non_deterministic" -> new Badge("non-det", RED);
            default -> new Badge(status.replace('_', ' '), GREY);
        };
    }

    /** The picture. */
    String svg() {
        int left = width(LABEL);
        int right = width(message);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="20" role="img" aria-label="%2$s: %3$s">\
                <title>%2$s: %3$s</title>\
                <linearGradient id="s" x2="0" y2="100%%"><stop offset="0" stop-color="#bbb" stop-opacity=".1"/>\
                <stop offset="1" stop-opacity=".1"/></linearGradient>\
                <clipPath id="r"><rect width="%1$d" height="20" rx="3" fill="#fff"/></clipPath>\
                <g clip-path="url(#r)"><rect width="%4$d" height="20" fill="#555"/>\
                <rect x="%4$d" width="%5$d" height="20" fill="%6$s"/><rect width="%1$d" height="20" fill="url(#s)"/></g>\
                <g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">\
                <text x="%7$d" y="14">%2$s</text><text x="%8$d" y="14">%3$s</text></g></svg>
                """.formatted(left + right, LABEL, escaped(message), left, right, color, left / 2, left + right / 2);
    }

    private static int width(String text) {
        return 7 * text.length() + 10;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
