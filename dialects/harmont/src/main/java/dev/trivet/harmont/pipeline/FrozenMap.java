package dev.trivet.harmont.pipeline;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map in insertion order that is copied once and then shared. Unlike {@link Map#copyOf}, it stays fast when somebody
 * chooses names with equal hash codes. Thread-safe.
 */
final class FrozenMap extends AbstractMap<String, String> {
    private final Map<String, String> entries;

    private FrozenMap(Map<String, String> entries) {
        this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    static Map<String, String> copyOf(Map<String, String> map) {
        return map instanceof FrozenMap ? map : new FrozenMap(map);
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return entries.entrySet();
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return entries.containsKey(key);
    }

    @Override
    public @Nullable String get(@Nullable Object key) {
        return entries.get(key);
    }
}
