package dev.trivet.cli.api;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A server refused, or did not answer as spec section 3 says. The message is for people and says what to do where that is known. */
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<Problem> problems;

    /**
     * One entry of the error body.
     *
     * @param field the field of the request it is about, if any
     */
    public record Problem(@Nullable String field, String reason) {
        @Override
        public String toString() {
            return field == null ? reason : field + ": " + reason;
        }
    }

    ApiException(String message) {
        super(message);
        this.status = 0;
        this.code = "";
        this.problems = List.of();
    }

    ApiException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
        this.code = "";
        this.problems = List.of();
    }

    ApiException(int status, String code, List<Problem> problems) {
        super(message(status, code, problems));
        this.status = status;
        this.code = code;
        this.problems = List.copyOf(problems);
    }

    /** HTTP status of the answer; 0 if there was none, or if it was not understood. */
    public int status() {
        return status;
    }

    /** The word by which the server tells this error from others (spec harmont section 2.12); empty if it has none. */
    public String code() {
        return code;
    }

    /** What the server found wrong, in its words. */
    public List<Problem> problems() {
        return problems == null ? List.of() : problems;
    }

    /** True if what was sent is wrong, so that sending it again cannot help. */
    public boolean badRequest() {
        return status == 400;
    }

    private static String message(int status, String code, List<Problem> problems) {
        String said = problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
        String reason = said.isEmpty() ? "HTTP status " + status : said;
        return switch (status) {
            case 400 -> reason;
            case 401 -> "not allowed: " + reason + ". Give a valid token by --token or TRIVET_TOKEN.";
            case 402 -> "payment is needed: " + reason;
            case 403 -> "forbidden: " + reason;
            case 404 ->
                "not found: "
                        + (code.isEmpty() || said.isEmpty()
                                ? "it does not exist, or this token may not see it"
                                : said + ", or this token may not see it");
            case 429 -> "too many requests: " + reason + ". Try again a little later.";
            case 503 -> "the server cannot work now: " + reason + ". Try again a little later.";
            default -> "the server answered " + status + ": " + reason;
        };
    }
}
