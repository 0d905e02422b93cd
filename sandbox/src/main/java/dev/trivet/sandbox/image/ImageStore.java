package dev.trivet.sandbox.image;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The images' directory. Each image is a directory {@code NAME~DIGEST} with {@code root/} and {@code image.json}; it comes into being
 * by one rename of a finished directory, and goes by one rename before its files are deleted. So nothing half is ever seen, and the
 * path of a layer never gets another content. Several processes may use it at once.
 */
final class ImageStore {
    static final String ROOT = "root";
    private static final String MANIFEST = "image.json";
    private static final String BUILDING = ".build-";
    private static final String GOING = ".trash-";
    private static final int DIGEST_LETTERS = 16;

    private final Path directory;
    private final RootfsWriter writer;
    private final JsonMapper json = JsonMapper.builder().build();

    ImageStore(Path directory, RootfsWriter writer) throws IOException {
        this.directory = directory.toAbsolutePath().normalize();
        this.writer = writer;
        Files.createDirectories(this.directory);
    }

    /** An image and where it is. */
    record Stored(ImageManifest manifest, Path directory) {
        Path root() {
            return directory.resolve(ROOT);
        }
    }

    Path directory() {
        return directory;
    }

    /** Every image, also those that a newer one of the same name has replaced; newest first. */
    List<Stored> all() throws IOException {
        List<Stored> images = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (!entry.getFileName().toString().startsWith(".")) {
                    read(entry).ifPresent(images::add);
                }
            }
        }
        images.sort(Comparator.comparing((Stored stored) -> stored.manifest().made())
                .reversed()
                .thenComparing(stored -> stored.directory().toString()));
        return images;
    }

    /** The images that count: the newest of each name. */
    List<Stored> current() throws IOException {
        List<Stored> current = new ArrayList<>();
        for (Stored stored : all()) {
            if (current.stream()
                    .noneMatch(other ->
                            other.manifest().name().equals(stored.manifest().name()))) {
                current.add(stored);
            }
        }
        return current;
    }

    private Optional<Stored> read(Path entry) {
        try {
            ImageManifest manifest = json.readValue(Files.readString(entry.resolve(MANIFEST)), ImageManifest.class);
            return manifest.format() == ImageManifest.FORMAT
                    ? Optional.of(new Stored(manifest, entry))
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** A fresh place to make an image in; only {@link #publish} makes it one. */
    Path begin(String name) throws IOException {
        Path place = directory.resolve(BUILDING + slug(name) + "~" + UUID.randomUUID());
        Files.createDirectories(place.resolve(ROOT));
        return place;
    }

    /** Gives a finished image its name. If the very same content is there already, that one stays and becomes the newest. */
    Stored publish(Path place, ImageManifest manifest) throws IOException {
        String digest = manifest.digest()
                .substring(0, Math.min(DIGEST_LETTERS, manifest.digest().length()));
        Path target = directory.resolve(slug(manifest.name()) + "~" + digest);
        writeManifest(place, manifest);
        try {
            Files.move(place, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            writeManifest(target, manifest);
            writer.remove(place);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the images' directory " + directory + " must be on one file system", e);
        } catch (IOException e) {
            // The JDK has no exception of its own for a rename onto a directory with files.
            if (!Files.isDirectory(target)) {
                throw e;
            }
            writeManifest(target, manifest);
            writer.remove(place);
        }
        return new Stored(manifest, target);
    }

    private void writeManifest(Path image, ImageManifest manifest) throws IOException {
        Path fresh = image.resolve(MANIFEST + ".new");
        Files.writeString(fresh, json.writerWithDefaultPrettyPrinter().writeValueAsString(manifest));
        Files.move(fresh, image.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Makes an image vanish at once and deletes its files. */
    void delete(Stored stored) throws IOException {
        Path going = directory.resolve(GOING + UUID.randomUUID());
        Files.move(stored.directory(), going, StandardCopyOption.ATOMIC_MOVE);
        writer.remove(going);
    }

    /** Throws away a place that will not become an image. */
    void abandon(Path place) throws IOException {
        writer.remove(place);
    }

    /** Throws away what dead processes left of a name's builds; call with the name's lock held. */
    void clearLeftovers(String name) throws IOException {
        remove(BUILDING + slug(name) + "~");
    }

    /** Names of which something unfinished is there, made by living or dead processes. */
    List<String> unfinished() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(entry -> entry.startsWith(BUILDING) && entry.indexOf('~') > 0)
                    .map(entry -> entry.substring(BUILDING.length(), entry.indexOf('~'))
                            .replace('+', '/'))
                    .distinct()
                    .toList();
        }
    }

    /** Throws away what was being deleted when a process died. */
    void clearTrash() throws IOException {
        remove(GOING);
    }

    private void remove(String prefix) throws IOException {
        List<Path> places;
        try (Stream<Path> entries = Files.list(directory)) {
            places = entries.filter(entry -> entry.getFileName().toString().startsWith(prefix))
                    .toList();
        }
        for (Path place : places) {
            writer.remove(place);
        }
    }

    /** Names have no tilde and at most one slash. */
    static String slug(String name) {
        return name.replace('/', '+');
    }
}
