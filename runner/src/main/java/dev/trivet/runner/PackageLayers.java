package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * Snapshots of images with packages installed, by what was installed: made once, then used by every job that asks for the same, until
 * they are too old. Survives restarts. Thread-safe.
 */
final class PackageLayers {
    private static final TypeReference<Map<String, Layer>> FORM = new TypeReference<>() {};

    private final Path file;
    private final Duration age;
    private final InstantSource clock;
    private final Consumer<String> release;
    private final Map<String, Layer> layers;
    private final Map<String, ReentrantLock> making = new ConcurrentHashMap<>();

    /** @param release throws a snapshot away */
    PackageLayers(Path file, Duration age, InstantSource clock, Consumer<String> release) {
        this.file = requireNonNull(file, "file is null");
        this.age = requireNonNull(age, "age is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.release = requireNonNull(release, "release is null");
        this.layers = read(file);
    }

    /** Jobs that want the same layer at the same time make it once: the lock is held while one of them does. */
    ReentrantLock making(String key) {
        return making.computeIfAbsent(key, _ -> new ReentrantLock());
    }

    /** A layer that is young enough. */
    synchronized Optional<String> find(String key) {
        Layer layer = layers.get(key);
        return layer != null && layer.made.plus(age).isAfter(clock.instant())
                ? Optional.of(layer.snapshot)
                : Optional.empty();
    }

    synchronized void keep(String key, String snapshot) throws IOException {
        Layer old = layers.put(key, new Layer(snapshot, clock.instant()));
        Instant oldest = clock.instant().minus(age);
        var expired = new HashMap<>(layers);
        expired.values().removeIf(layer -> layer.made.isAfter(oldest));
        layers.keySet().removeAll(expired.keySet());
        write();
        if (old != null) {
            release.accept(old.snapshot);
        }
        expired.values().forEach(layer -> release.accept(layer.snapshot));
    }

    /** The snapshot turned out to be gone. */
    synchronized void forget(String key) {
        layers.remove(key);
    }

    /** All snapshots that are remembered. */
    synchronized Set<String> snapshots() {
        return layers.values().stream().map(Layer::snapshot).collect(Collectors.toUnmodifiableSet());
    }

    private void write() throws IOException {
        Files.createDirectories(requireNonNull(file.getParent(), "the file has no directory"));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, Json.write(layers));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Map<String, Layer> read(Path file) {
        try {
            return new HashMap<>(Json.MAPPER.readValue(Files.readString(file), FORM));
        } catch (NoSuchFileException first) {
            return new HashMap<>();
        } catch (IOException | JacksonException damaged) {
            // A cache: what cannot be read is made anew.
            return new HashMap<>();
        }
    }

    /** @param made when its packages were installed */
    record Layer(String snapshot, Instant made) {}
}
