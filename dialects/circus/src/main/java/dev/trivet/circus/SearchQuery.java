package dev.trivet.circus;

import dev.trivet.http.Fields;
import dev.trivet.http.Request;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a search looks for (spec section 2.7).
 *
 * @param text trimmed; empty for a search that finds nothing
 */
record SearchQuery(String text, Set<Entity> entities, Window window, Fields parameters) {
    private static final int LONGEST_TEXT = 256;
    private static final int USUAL = 20;
    private static final int MOST = 100;

    /** What can be found. */
    enum Entity {
        PROJECTS,
        JOBSETS,
        EVALUATIONS,
        BUILDS
    }

    /** @throws dev.trivet.http.HttpException 400 for a parameter that cannot be read */
    static SearchQuery of(Request request) {
        Fields query = request.query();
        return new SearchQuery(text(query), entities(query), Window.of(request, USUAL, MOST), query);
    }

    /** The same for the words of a search box: projects and builds. */
    static SearchQuery quick(Request request) {
        if (request.query().first("q").isEmpty()) {
            throw CircusErrors.invalid("q", "is missing; expected what to look for, as ?q=text");
        }
        return new SearchQuery(
                text(request.query()),
                EnumSet.of(Entity.PROJECTS, Entity.BUILDS),
                Window.of(request, USUAL, MOST),
                request.query());
    }

    /** Whether there is nothing to look for. */
    boolean isEmpty() {
        return text.isEmpty();
    }

    /** The text as a pattern of {@code ilike} that matches it anywhere. */
    String pattern() {
        return "%" + text.replaceAll("([\\\\%_])", "\\\\$1") + "%";
    }

    /** {@code asc} or {@code desc}. */
    String order() {
        return choice(
                "order",
                entities.equals(EnumSet.of(Entity.BUILDS)) ? "desc" : "asc",
                Map.of("asc", "asc", "desc", "desc"));
    }

    String buildSort() {
        return choice(
                "build_sort",
                "created_at",
                Map.of(
                        "created_at", "b.created_at",
                        "job_name", "b.job_name",
                        "status", "b.status",
                        "priority", "b.priority"));
    }

    String projectSort() {
        return choice("project_sort", "name", Map.of("name", "p.name", "created_at", "p.created_at"));
    }

    private String choice(String name, String usual, Map<String, String> columns) {
        String wished = Filters.present(parameters, name).orElse(usual);
        String column = columns.get(wished);
        if (column == null) {
            throw CircusErrors.invalid(
                    name,
                    "expected one of "
                            + String.join(
                                    ", ", columns.keySet().stream().sorted().toList()) + ", not '" + wished + "'");
        }
        return column;
    }

    private static String text(Fields query) {
        String text = query.first("q").orElse("").strip();
        return text.length() > LONGEST_TEXT || !JsonFields.isStorable(text) ? "" : text;
    }

    private static Set<Entity> entities(Fields query) {
        Set<Entity> entities = EnumSet.noneOf(Entity.class);
        for (String value : query.all("entities")) {
            for (String word : value.split(",", -1)) {
                if (!word.isBlank()) {
                    entities.add(Arrays.stream(Entity.values())
                            .filter(entity ->
                                    entity.name().toLowerCase(Locale.ROOT).equals(word.strip()))
                            .findFirst()
                            .orElseThrow(() -> CircusErrors.invalid(
                                    "entities",
                                    "expected projects, jobsets, evaluations or builds, not '" + word + "'")));
                }
            }
        }
        return entities.isEmpty() ? EnumSet.of(Entity.PROJECTS, Entity.BUILDS) : entities;
    }
}
