package dev.trivet.srht.manifest;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a text is no valid manifest (spec section 2.3): the first problem found, where it is, and how to mend it.
 *
 * <p>{@link #getMessage()} is the wording of the API: a lower case fragment without a full stop. Problems of the YAML itself and
 * of its types begin with {@code yaml: line L, column C:}, as the place is all that such a message can help with; the others
 * (such as {@code image is required}) are the bare sentence that clients know.
 */
public final class ManifestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String reason;
    private final Position position;
    private final @Nullable String key;
    private final @Nullable String hint;

    /** What sort of problem it is. */
    public enum Kind {
        /** The text is not YAML, or YAML beyond the bounds of depth and size. */
        SYNTAX,
        /** A value has the wrong type. */
        TYPE,
        /** A value of the right type breaks a rule. */
        RULE,
        /** The text is longer than {@link ManifestParser#MAX_LENGTH}. */
        LENGTH
    }

    ManifestException(Kind kind, String reason, Position position, @Nullable String key, @Nullable String hint) {
        super(
                switch (kind) {
                    case SYNTAX, TYPE ->
                        "yaml: line " + position.line() + ", column " + position.column() + ": " + reason;
                    case RULE, LENGTH -> reason;
                });
        this.kind = Objects.requireNonNull(kind, "kind is null");
        this.reason = reason;
        this.position = position;
        this.key = key;
        this.hint = hint;
    }

    static ManifestException rule(String reason, Position position, @Nullable String key, @Nullable String hint) {
        return new ManifestException(Kind.RULE, reason, position, key, hint);
    }

    static ManifestException syntax(String reason, Position position, @Nullable String hint) {
        return new ManifestException(Kind.SYNTAX, reason, position, null, hint);
    }

    /** The wording of the API. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "a problem has a message");
    }

    /** What sort of problem it is. */
    public Kind kind() {
        return kind;
    }

    /** The message without its place. */
    public String reason() {
        return reason;
    }

    /** Where the problem is; for something that is missing, the start of the text. */
    public Position position() {
        return position;
    }

    /** The key the problem belongs to, such as {@code tasks} or {@code environment.PATH}, if there is one. */
    public @Nullable String key() {
        return key;
    }

    /** How to mend it, a fragment such as {@code write it as a list}; null where the message says it already. */
    public @Nullable String hint() {
        return hint;
    }

    /**
     * The problem for a terminal: {@code file:line:col: reason}, the line of the source with a mark below the place, and the fix.
     * Lines are separated by LF, the last one has none. Control characters of the source do not reach the terminal.
     *
     * @param file name of the manifest as the user knows it
     * @param source the text that was parsed
     */
    public String explain(String file, String source) {
        var out = new StringBuilder();
        out.append(file).append(':').append(position.line()).append(':').append(position.column());
        out.append(": ").append(reason);
        source.lines().skip(position.line() - 1L).findFirst().ifPresent(line -> appendExcerpt(out, line));
        if (hint != null) {
            out.append("\nfix: ").append(hint);
        }
        return out.toString();
    }

    private void appendExcerpt(StringBuilder out, String line) {
        int[] points =
                line.codePoints().map(p -> Character.isISOControl(p) ? ' ' : p).toArray();
        int at = Math.min(position.column() - 1, points.length);
        int from = Math.max(0, at - 60);
        int length = Math.min(points.length - from, 100);
        String number = Integer.toString(position.line());
        out.append("\n ").append(number).append(" | ").append(new String(points, from, length));
        out.append("\n ")
                .append(" ".repeat(number.length()))
                .append(" | ")
                .append(" ".repeat(at - from))
                .append('^');
    }
}
