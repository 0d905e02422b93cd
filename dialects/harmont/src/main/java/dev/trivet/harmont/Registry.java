package dev.trivet.harmont;

import dev.trivet.core.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The pipelines that a repository declares (spec section 3.7). What makes no sense in it is left out. */
record Registry(List<Declared> pipelines) {
    private static final Pattern SLUG = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final int LONGEST_NAME = 255;
    private static final int MOST = 200;

    Registry {
        pipelines = List.copyOf(pipelines);
    }

    /**
     * One of them.
     *
     * @param triggers JSON list
     */
    record Declared(String slug, String name, boolean allowManual, String triggers) {
        Declared {
            Objects.requireNonNull(slug, "slug is null");
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(triggers, "triggers is null");
        }
    }

    /**
     * Reads it; a plain definition may carry name, triggers and allow_manual itself.
     *
     * @throws RenderException if the text is no registry
     */
    static Registry read(String text) throws RenderException {
        JsonNode all;
        try {
            all = Json.MAPPER.readTree(text);
        } catch (JacksonException malformed) {
            throw new RenderException("the list of pipelines is no JSON: " + malformed.getOriginalMessage());
        }
        if (!all.path("pipelines").isArray()) {
            throw new RenderException("the list of pipelines has no member 'pipelines'");
        }
        List<Declared> pipelines = new ArrayList<>();
        Set<String> slugs = new HashSet<>();
        for (JsonNode one : all.path("pipelines")) {
            String slug = one.path("slug").asString("");
            if (SLUG.matcher(slug).matches() && slugs.add(slug) && pipelines.size() < MOST) {
                pipelines.add(declared(slug, one));
            }
        }
        return new Registry(pipelines);
    }

    private static Declared declared(String slug, JsonNode one) {
        JsonNode name = member(one, "name");
        JsonNode triggers = member(one, "triggers");
        JsonNode manual = member(one, "allow_manual");
        String text = name.isString() && !name.stringValue().isBlank() ? name.stringValue() : slug;
        return new Declared(
                slug,
                text.substring(0, Math.min(LONGEST_NAME, text.length())),
                !manual.isBoolean() || manual.booleanValue(),
                triggers.isArray() ? triggers.toString() : "[]");
    }

    private static JsonNode member(JsonNode one, String name) {
        return one.has(name) ? one.path(name) : one.path("definition").path(name);
    }
}
