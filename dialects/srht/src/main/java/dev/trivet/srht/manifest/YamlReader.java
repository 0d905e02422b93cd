package dev.trivet.srht.manifest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Text to {@link YamlNode}: one document, no language tags, bounded depth and bounded growth through aliases. It works on the
 * library's events, which come from an iterative parser, so that nesting costs no stack and every node keeps its place.
 */
final class YamlReader {
    static final int MAX_DEPTH = 64;
    static final long MAX_WEIGHT = 1 << 19;

    private final String text;
    private final Map<String, YamlNode> anchors = new HashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable YamlNode root;
    private int documents;

    private YamlReader(String text) {
        this.text = text;
    }

    /** A collection whose end has not come yet; the children of a mapping are its keys and values in turn. */
    private static final class Open {
        final CollectionStartEvent start;
        final Position position;
        final List<YamlNode> children = new ArrayList<>();
        long weight = 1;

        Open(CollectionStartEvent start, Position position) {
            this.start = start;
            this.position = position;
        }
    }

    /** The root node; empty when the text has no document or an empty one. */
    static Optional<YamlNode> read(String text) throws ManifestException {
        return new YamlReader(text.startsWith("\uFEFF") ? text.substring(1) : text).read();
    }

    private Optional<YamlNode> read() throws ManifestException {
        var settings = LoadSettings.builder().setLabel("manifest").build();
        Iterator<Event> events = new Parse(settings).parseString(text).iterator();
        for (Event event = next(events); event != null; event = next(events)) {
            accept(event);
        }
        return Optional.ofNullable(root);
    }

    private @Nullable Event next(Iterator<Event> events) throws ManifestException {
        try {
            return events.hasNext() ? events.next() : null;
        } catch (MarkedYamlEngineException e) {
            throw syntaxError(e);
        } catch (ReaderException e) {
            throw ManifestException.syntax(
                    "character U+%04X is not allowed in YAML".formatted(e.getCodePoint()),
                    Position.ofCodePoint(text, e.getPosition()),
                    "a manifest is plain text; write the character as an escape in a double-quoted string, or remove it");
        } catch (YamlEngineException e) {
            throw ManifestException.syntax(String.valueOf(e.getMessage()), Position.START, null);
        }
    }

    private static ManifestException syntaxError(MarkedYamlEngineException e) {
        String problem = e.getProblem() == null ? "this is not YAML" : e.getProblem();
        // A word without its colon is noticed on the next line at the earliest: the word itself is what the author must
        // look at.
        boolean noColon = problem.contains("could not find expected ':'");
        Position position = position(
                noColon
                        ? e.getContextMark().or(e::getProblemMark)
                        : e.getProblemMark().or(e::getContextMark));
        String where = e.getContext() == null ? "" : e.getContext() + ", ";
        String hint = problem.contains("TAB") ? "indent with spaces: YAML does not allow tabs for indentation" : null;
        if (problem.contains("mapping values are not allowed")) {
            hint = "put quotes around a text that contains ': '";
        }
        if (noColon) {
            hint = "write it as 'key: value', begin a list item with '- ', or indent it like the text it belongs to";
        }
        return ManifestException.syntax((where + problem).replace('\n', ' ').strip(), position, hint);
    }

    private void accept(Event event) throws ManifestException {
        switch (event.getEventId()) {
            case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
            case DocumentStart -> {
                documents++;
                anchors.clear();
            }
            case Scalar -> add((ScalarEvent) event, scalar((ScalarEvent) event));
            case Alias -> add(alias((AliasEvent) event), position(event.getStartMark()));
            case SequenceStart, MappingStart -> begin((CollectionStartEvent) event);
            case SequenceEnd, MappingEnd -> end();
        }
    }

    private void begin(CollectionStartEvent event) throws ManifestException {
        Position position = position(event.getStartMark());
        if (open.size() >= MAX_DEPTH) {
            throw ManifestException.syntax(
                    "nested more than " + MAX_DEPTH + " levels deep",
                    position,
                    "a manifest needs three levels at most");
        }
        YamlTags.checkCollection(event, position);
        open.push(new Open(event, position));
    }

    private void end() throws ManifestException {
        Open ended = open.pop();
        YamlNode node = switch (ended.start.getEventId()) {
            case SequenceStart -> new YamlNode.Sequence(ended.children, ended.position, ended.weight);
            default -> YamlMappings.of(ended.children, ended.position, ended.weight);
        };
        add(ended.start, node);
    }

    private YamlNode.Scalar scalar(ScalarEvent event) throws ManifestException {
        Position position = position(event.getStartMark());
        if (event.getValue().codePoints().anyMatch(YamlReader::isUnusable)) {
            throw ManifestException.syntax(
                    "this text has an escape for a character that no file and no variable can hold",
                    position,
                    "remove the escapes \\0 and \\uD800 to \\uDFFF");
        }
        return new YamlNode.Scalar(event.getValue(), YamlTags.typeOf(event, position), position);
    }

    /** NUL and halves of surrogate pairs: neither a shell nor the database takes them. */
    private static boolean isUnusable(int point) {
        return point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private YamlNode alias(AliasEvent event) throws ManifestException {
        YamlNode node = anchors.get(event.getAlias().getValue());
        if (node == null) {
            throw ManifestException.syntax(
                    "alias *" + event.getAlias().getValue() + " names no anchor that is complete before it",
                    position(event.getStartMark()),
                    "define &" + event.getAlias().getValue() + " above, outside of what refers to it");
        }
        return node;
    }

    private void add(NodeEvent event, YamlNode node) throws ManifestException {
        Optional<Anchor> anchor = event.getAnchor();
        if (anchor.isPresent()) {
            anchors.put(anchor.get().getValue(), node);
        }
        add(node, node.position());
    }

    private void add(YamlNode node, Position position) throws ManifestException {
        Open parent = open.peek();
        if (parent != null) {
            parent.children.add(node);
            grow(parent, node, position);
        } else if (documents == 1) {
            root = isNothing(node) ? null : node;
        } else if (!isNothing(node)) {
            throw ManifestException.syntax(
                    "a second document begins here",
                    position,
                    "submit each manifest by itself, without '---' between them");
        }
    }

    /** Aliases can make little text stand for very much; what is too much is refused before anybody walks it. */
    private static void grow(Open parent, YamlNode node, Position position) throws ManifestException {
        parent.weight += node.weight();
        if (parent.weight > MAX_WEIGHT) {
            throw ManifestException.syntax(
                    "aliases make this more than " + MAX_WEIGHT + " characters long", position, "use fewer aliases");
        }
    }

    private static boolean isNothing(YamlNode node) {
        return node instanceof YamlNode.Scalar(String text, ScalarType type, Position at) && type == ScalarType.NULL;
    }

    private static Position position(Optional<Mark> mark) {
        return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
    }
}
