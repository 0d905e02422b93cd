package dev.trivet.harmont.vcs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A value in a webhook's body, and where it stands. Walking never fails; asking for a value that must be there does.
 *
 * @param place for example {@code pull_request.head.sha}; empty at the root
 */
record Payload(JsonNode node, String place) {
    private static final int MOST_ITEMS = 100;
    private static final int SHOWN = 60;

    static Payload root(JsonNode node) {
        return new Payload(node, "");
    }

    /** The member of this path; there may be nothing. */
    Payload at(String... path) {
        Payload found = this;
        for (String name : path) {
            found = new Payload(found.node.path(name), found.place.isEmpty() ? name : found.place + "." + name);
        }
        return found;
    }

    /** Whether there is something other than null. */
    boolean isPresent() {
        return !node.isMissingNode() && !node.isNull();
    }

    /** The items of an array, the first hundred; none if it is none. */
    List<Payload> items() {
        List<Payload> items = new ArrayList<>();
        for (int i = 0; node.isArray() && i < Math.min(node.size(), MOST_ITEMS); i++) {
            items.add(new Payload(node.path(i), place + "[" + i + "]"));
        }
        return items;
    }

    boolean flag(String... path) {
        return at(path).node.booleanValue(false);
    }

    String text() throws MalformedPayloadException {
        String text = node.stringValue(null);
        if (text == null || text.isEmpty()) {
            throw wrong("a text");
        }
        return text;
    }

    String text(String... path) throws MalformedPayloadException {
        return at(path).text();
    }

    long number(String... path) throws MalformedPayloadException {
        Payload value = at(path);
        if (!value.node.isIntegralNumber() || !value.node.canConvertToLong() || value.node.longValue() < 0) {
            throw value.wrong("a number");
        }
        return value.node.longValue();
    }

    /** A number for comparing; -1 if there is none. */
    long numberOrNone(String... path) {
        JsonNode value = at(path).node;
        return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : -1;
    }

    /** Text that is only shown; null if there is none. */
    @Nullable
    String line(int longest, String... path) {
        String text = at(path).node.stringValue(null);
        String line = text == null ? "" : Words.line(text, longest);
        return line.isEmpty() ? null : line;
    }

    /** Text of several lines that is only shown; null if there is none. */
    @Nullable
    String block(int longest, String... path) {
        String text = at(path).node.stringValue(null);
        String block = text == null ? "" : Words.block(text, longest);
        return block.isEmpty() ? null : block;
    }

    /** A full commit id, in lower case. */
    String commit(String... path) throws MalformedPayloadException {
        Payload value = at(path);
        String commit = value.text().toLowerCase(Locale.ROOT);
        if (!GitNames.isCommit(commit)) {
            throw value.wrong("a commit of 40 or 64 hexadecimal digits");
        }
        return commit;
    }

    /** As {@link #commit}; null if there is none, or the one that means none. */
    @Nullable
    String commitOrNull(String... path) throws MalformedPayloadException {
        if (!at(path).isPresent()) {
            return null;
        }
        String commit = commit(path);
        return GitNames.isZero(commit) ? null : commit;
    }

    /** A commit id that may be shortened to its first twelve digits. */
    String shortCommit(String... path) throws MalformedPayloadException {
        Payload value = at(path);
        String commit = value.text().toLowerCase(Locale.ROOT);
        if (!GitNames.isShortCommit(commit)) {
            throw value.wrong("a commit of 12 to 64 hexadecimal digits");
        }
        return commit;
    }

    /** The name of a branch or tag, without {@code refs/…/}. */
    String refName(String... path) throws MalformedPayloadException {
        Payload value = at(path);
        String name = value.text();
        if (!GitNames.isRefName(name)) {
            throw value.wrong("a name of a branch or tag as git allows it");
        }
        return name;
    }

    String fullName(String... path) throws MalformedPayloadException {
        Payload value = at(path);
        String name = value.text();
        if (!GitNames.isFullName(name)) {
            throw value.wrong("owner/name");
        }
        return name;
    }

    String cloneUrl(String... path) throws MalformedPayloadException {
        Payload value = at(path);
        String url = value.text();
        if (!RepositoryUrl.isCloneable(url)) {
            throw value.wrong("an http, https, ssh or git address");
        }
        return url;
    }

    /** An address that may be missing; one that could not be cloned counts as missing. */
    @Nullable
    String addressOrNull(String... path) {
        String url = at(path).node.stringValue(null);
        return url != null && RepositoryUrl.isCloneable(url) ? url : null;
    }

    /** The exception that says that something else was expected here. */
    MalformedPayloadException wrong(String expected) {
        String text = node.stringValue(null);
        String seen = text != null
                ? "'" + Words.line(text, SHOWN) + "'"
                : node.getNodeType().name().toLowerCase(Locale.ROOT);
        return new MalformedPayloadException(
                (place.isEmpty() ? "the body" : place) + " is " + seen + ", but should be " + expected);
    }
}
