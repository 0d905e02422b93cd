package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import dev.trivet.sandbox.image.Image;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writable layers on disk. A sandbox writes into the upper directory of an overlay; a snapshot is that directory, renamed; a child
 * mounts its ancestors' directories as lowers. Nothing is ever copied but when a chain grows too long.
 *
 * <p>Crash safe: every step is one rename, and counts of references are made anew from the layers' own files at start. Thread-safe.
 */
final class LayerStore {
    /** Layers that are mounted together at most: the option string of a mount is one page. */
    static final int MOST_LAYERS = 64;

    private static final Logger log = LoggerFactory.getLogger(LayerStore.class);

    private final Path root;
    private final Trash trash;
    private final String boot;
    private final Map<String, Layer> layers = new HashMap<>();
    private final Map<String, Box> boxes = new HashMap<>();

    /** @param root a folder of its own; its path should be short */
    LayerStore(Path root, Trash trash) throws IOException {
        this.root = root;
        this.trash = trash;
        this.boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        for (var name : List.of("layers", "sandboxes", "l")) {
            Files.createDirectories(root.resolve(name));
        }
        load();
    }

    Path root() {
        return root;
    }

    private void load() throws IOException {
        try (var found = Files.list(root.resolve("layers"))) {
            for (var directory : found.toList()) {
                try {
                    var layer = Layer.read(directory);
                    if (layer.boot() != null && !boot.equals(layer.boot())) {
                        throw new IOException("the machine went down before it was written out");
                    }
                    layers.put(layer.id(), layer);
                } catch (IOException e) {
                    log.warn("layer {} cannot be used and is thrown away: {}", directory.getFileName(), e.getMessage());
                    trash.take(directory);
                }
            }
        }
        boolean changed = true;
        while (changed) {
            changed = layers.values()
                    .removeIf(layer -> layer.parent() != null && !layers.containsKey(layer.parent()) && discard(layer));
        }
        collect();
    }

    /** Makes the directories of a sandbox that stands on an image. */
    Box create(String key, Image image) throws SandboxException {
        return create(key, image, null);
    }

    /** Makes the directories of a sandbox that stands on a snapshot. */
    Box createOn(String key, String snapshot) throws SandboxException {
        Layer layer;
        synchronized (this) {
            layer = layers.get(snapshot);
        }
        if (layer == null || layer.released()) {
            throw new SandboxException(Reason.NO_SUCH_SNAPSHOT, "there is no snapshot " + snapshot);
        }
        return create(key, layer.image(), layer);
    }

    private synchronized Box create(String key, Image image, @Nullable Layer parent) throws SandboxException {
        if (boxes.values().stream().anyMatch(box -> box.key().equals(key))) {
            throw new SandboxException(Reason.UNSUPPORTED, "a sandbox with the key " + key + " is already open");
        }
        var id = ShortId.next();
        var directory = root.resolve("sandboxes").resolve(id);
        try {
            var chain = chain(parent);
            boolean complete = !chain.isEmpty() && chain.getLast().complete();
            var trees = new ArrayList<Box.Tree>();
            trees.add(new Box.Tree("", lowers(chain, 0, complete ? List.of() : image.lowers())));
            for (var part : image.parts()) {
                trees.add(new Box.Tree(part.at(), lowers(chain, trees.size(), complete ? List.of() : part.lowers())));
            }
            Files.createDirectory(directory);
            Files.writeString(directory.resolve("key"), key);
            for (var name : List.of("up", "wk", "m", "s")) {
                Files.createDirectory(directory.resolve(name));
            }
            for (int i = 0; i < trees.size(); i++) {
                Files.createDirectory(directory.resolve("up/" + i));
                Files.createDirectory(directory.resolve("wk/" + i));
            }
            var box = new Box(
                    id, key, directory, List.copyOf(trees), parent == null ? null : parent.id(), chain.size(), image);
            boxes.put(id, box);
            return box;
        } catch (IOException e) {
            trash.take(directory);
            throw new SandboxException(Reason.INFRASTRUCTURE, "cannot make the directories of a sandbox: " + e, e);
        }
    }

    /** A layer and its ancestors, newest first; ends at a layer that is complete in itself. */
    private List<Layer> chain(@Nullable Layer newest) {
        var chain = new ArrayList<Layer>();
        for (var layer = newest; layer != null; layer = layer.parent() == null ? null : layers.get(layer.parent())) {
            chain.add(layer);
            if (layer.complete()) {
                break;
            }
        }
        return chain;
    }

    private String lowers(List<Layer> chain, int tree, List<Path> image) throws IOException {
        var names = new ArrayList<String>();
        for (var layer : chain) {
            names.add("l/" + layer.id() + "/" + tree);
        }
        for (var path : image) {
            names.add("l/" + link("i" + Integer.toHexString(path.toString().hashCode()), path.toAbsolutePath()));
        }
        return String.join(":", names);
    }

    /** A short name for a long path: mount options know no more than one page, and no colons or commas. */
    private String link(String name, Path target) throws IOException {
        for (int i = 0; ; i++) {
            var unique = i == 0 ? name : name + "-" + i;
            var file = root.resolve("l").resolve(unique);
            try {
                Files.createSymbolicLink(file, target);
                return unique;
            } catch (FileAlreadyExistsException e) {
                if (Files.readSymbolicLink(file).equals(target)) {
                    return unique;
                }
            }
        }
    }

    /** Turns the writable layer of a sandbox, whose processes are all gone, into a snapshot. The sandbox's directory goes. */
    synchronized String freeze(Box box) throws SandboxException {
        return keep(box, box.upper(), false);
    }

    /** The same for a directory beside the writable layer that holds the whole merged file system. */
    synchronized String freezeComplete(Box box, Path merged) throws SandboxException {
        return keep(box, merged, true);
    }

    private String keep(Box box, Path bytes, boolean complete) throws SandboxException {
        var id = ShortId.next();
        var staging = box.directory().resolve("layer");
        try {
            Files.createDirectory(staging);
            Files.move(bytes, staging.resolve("up"), StandardCopyOption.ATOMIC_MOVE);
            var layer = new Layer(
                    id,
                    complete ? null : box.parent(),
                    complete ? 1 : box.depth() + 1,
                    false,
                    boot,
                    complete,
                    box.image());
            layer.write(staging);
            link(id, Path.of("../layers/" + id + "/up"));
            Files.move(staging, root.resolve("layers").resolve(id), StandardCopyOption.ATOMIC_MOVE);
            layers.put(id, layer);
        } catch (IOException e) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "cannot keep the layer of " + box.key() + ": " + e, e);
        } finally {
            remove(box);
        }
        trash.afterSync(root, () -> durable(id));
        return id;
    }

    private synchronized void durable(String id) {
        var layer = layers.get(id);
        if (layer != null) {
            try {
                var durable = layer.durable();
                durable.write(root.resolve("layers").resolve(id));
                layers.put(id, durable);
            } catch (IOException e) {
                log.warn("layer {} stays marked as not written out", id, e);
            }
        }
    }

    /** Throws the directory of a sandbox away. */
    synchronized void remove(Box box) {
        boxes.remove(box.id());
        trash.take(box.directory());
        collect();
    }

    synchronized void release(String snapshot) {
        var layer = layers.get(snapshot);
        if (layer == null || layer.released()) {
            return;
        }
        try {
            var released = layer.release();
            released.write(root.resolve("layers").resolve(snapshot));
            layers.put(snapshot, released);
        } catch (IOException e) {
            log.warn("snapshot {} cannot be released now", snapshot, e);
            return;
        }
        collect();
    }

    /** Snapshots that can be opened. */
    synchronized Set<String> snapshots() {
        var held = new HashSet<String>();
        layers.values().stream().filter(layer -> !layer.released()).forEach(layer -> held.add(layer.id()));
        return Set.copyOf(held);
    }

    /** Digests of images that a snapshot or a sandbox stands on. */
    synchronized Set<String> imagesInUse() {
        var digests = new HashSet<String>();
        layers.values().forEach(layer -> digests.add(layer.image().digest()));
        boxes.values().forEach(box -> digests.add(box.image().digest()));
        return Set.copyOf(digests);
    }

    /** Throws away the directories of sandboxes that are neither open nor named, and names of images that are no more. */
    synchronized void sweep(Set<String> knownKeys) {
        try (var found = Files.list(root.resolve("sandboxes"));
                var links = Files.list(root.resolve("l"))) {
            for (var directory : found.toList()) {
                if (!boxes.containsKey(String.valueOf(directory.getFileName()))
                        && !knownKeys.contains(key(directory))) {
                    trash.take(directory);
                }
            }
            for (var link : links.toList()) {
                if (!Files.exists(link)) {
                    Files.deleteIfExists(link);
                }
            }
        } catch (IOException e) {
            log.warn("cannot look for leftovers in {}", root, e);
        }
        collect();
    }

    private static String key(Path directory) {
        try {
            return Files.readString(directory.resolve("key"));
        } catch (IOException e) {
            return "";
        }
    }

    /** Throws away released layers that nothing stands on; that may free the layer below. */
    private void collect() {
        boolean changed = true;
        while (changed) {
            var used = new HashSet<String>();
            layers.values().forEach(layer -> addParent(used, layer.parent()));
            boxes.values().forEach(box -> addParent(used, box.parent()));
            changed =
                    layers.values().removeIf(layer -> layer.released() && !used.contains(layer.id()) && discard(layer));
        }
    }

    private static void addParent(Set<String> used, @Nullable String parent) {
        if (parent != null) {
            used.add(parent);
        }
    }

    private boolean discard(Layer layer) {
        trash.take(root.resolve("layers").resolve(layer.id()));
        try {
            Files.deleteIfExists(root.resolve("l").resolve(layer.id()));
        } catch (IOException e) {
            log.debug("a name of a layer stays until the next sweep", e);
        }
        return true;
    }
}
