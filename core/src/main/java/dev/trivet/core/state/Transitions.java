package dev.trivet.core.state;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An immutable table {@code (state, event) → state}. A pair that is not in the table is refused (an empty answer), never thrown.
 *
 * <p>Every event leads to one state wherever it comes from; that is what lets SQL statements be guarded by {@link #sourcesOf}.
 *
 * @param <S> states
 * @param <E> events
 */
public final class Transitions<S extends Enum<S>, E extends Enum<E>> {
    private final Map<E, Row<S>> rows;

    private Transitions(Map<E, Row<S>> rows) {
        this.rows = rows;
    }

    /** The state after {@code event}, or empty if {@code from} does not take that event. */
    public Optional<S> next(S from, E event) {
        Row<S> row = row(event);
        return row.sources.contains(from) ? Optional.of(row.target) : Optional.empty();
    }

    /** All states that take {@code event}. */
    public Set<S> sourcesOf(E event) {
        return Set.copyOf(row(event).sources);
    }

    /** The state that {@code event} leads to. */
    public S targetOf(E event) {
        return row(event).target;
    }

    /** The table as a Mermaid state diagram, the same text for the same table. */
    public String mermaid() {
        var text = new StringBuilder("stateDiagram-v2\n");
        rows.forEach((event, row) -> row.sources.forEach(source -> text.append("    ")
                .append(lower(source))
                .append(" --> ")
                .append(lower(row.target))
                .append(": ")
                .append(lower(event))
                .append('\n')));
        return text.toString();
    }

    private Row<S> row(E event) {
        return requireNonNull(rows.get(requireNonNull(event, "event is null")), "the table has no row for this event");
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }

    static <S extends Enum<S>, E extends Enum<E>> Builder<S, E> of(Class<S> states, Class<E> events) {
        return new Builder<>(states, events);
    }

    private record Row<S>(Set<S> sources, S target) {}

    /** Collects the rows; each event exactly once. */
    static final class Builder<S extends Enum<S>, E extends Enum<E>> {
        private final Class<S> states;
        private final Class<E> events;
        private final Map<E, Row<S>> rows;

        private Builder(Class<S> states, Class<E> events) {
            this.states = states;
            this.events = events;
            this.rows = new EnumMap<>(events);
        }

        @SafeVarargs
        final Builder<S, E> on(E event, S target, S... sources) {
            Set<S> from = EnumSet.noneOf(states);
            for (S source : sources) {
                from.add(source);
            }
            if (rows.put(event, new Row<>(from, target)) != null) {
                throw new IllegalArgumentException("two rows for " + event);
            }
            return this;
        }

        Transitions<S, E> build() {
            for (E event : EnumSet.allOf(events)) {
                if (!rows.containsKey(event)) {
                    throw new IllegalArgumentException("no row for " + event);
                }
            }
            return new Transitions<>(new EnumMap<>(rows));
        }
    }
}
