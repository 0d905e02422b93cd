package dev.trivet.circus.product;

import dev.trivet.circus.product.StoreTree.Found;
import dev.trivet.nix.archive.StorePath;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One walk from a store's directory along names and links. The kernel's own way would follow a link to anywhere. For one thread. */
final class StoreWalk {
    /** As many as Linux follows. */
    private static final int MOST_LINKS = 40;

    private final StoreTree store;
    private final List<Path> gone = new ArrayList<>();
    private final Deque<Path> left = new ArrayDeque<>();
    private int links;

    StoreWalk(StoreTree store) {
        this.store = store;
    }

    Found follow(Path path) throws IOException {
        push(path);
        @Nullable BasicFileAttributes last = null;
        while (!left.isEmpty()) {
            Path name = left.pop();
            switch (name.toString()) {
                case "", "." -> {}
                case ".." -> {
                    if (gone.isEmpty()) {
                        return new Found.Outside("it leads above the store " + store.directory());
                    }
                    gone.removeLast();
                }
                default -> {
                    gone.add(name);
                    if (gone.size() == 1 && object(name) == null) {
                        return new Found.Outside("'" + name + "' is not the name of a store path");
                    }
                    last = attributes();
                    if (last.isSymbolicLink()) {
                        @Nullable Found refused = link();
                        if (refused != null) {
                            return refused;
                        }
                    }
                }
            }
        }
        StorePath object = gone.isEmpty() ? null : object(gone.getFirst());
        if (object == null) {
            return new Found.Outside("it is the store itself");
        }
        return new Found.There(file(), StoreTree.look(file()), object);
    }

    /** Goes on where the link leads, unless that is outside. */
    private @Nullable Found link() throws IOException {
        links++;
        if (links > MOST_LINKS) {
            return new Found.Outside("it leads over more than " + MOST_LINKS + " links");
        }
        Path target = Files.readSymbolicLink(file());
        gone.removeLast();
        if (target.isAbsolute()) {
            if (!target.startsWith(store.directory())) {
                return new Found.Outside("a link in it leads out of the store " + store.directory());
            }
            gone.clear();
            target = Path.of(store.directory()).relativize(target);
        }
        push(target);
        return null;
    }

    private void push(Path path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            left.push(path.getName(i));
        }
    }

    private BasicFileAttributes attributes() throws IOException {
        try {
            return StoreTree.look(file());
        } catch (NoSuchFileException | NotDirectoryException absent) {
            throw new NoSuchFileException(file().toString());
        } catch (FileSystemException through) {
            // A name below a file has no exception of its own.
            if (String.valueOf(through.getReason()).contains("Not a directory")) {
                throw new NoSuchFileException(file().toString());
            }
            throw through;
        }
    }

    private Path file() {
        Path file = store.place();
        for (Path name : gone) {
            file = file.resolve(name);
        }
        return file;
    }

    private @Nullable StorePath object(Path name) {
        try {
            return StorePath.ofBaseName(store.directory(), name.toString());
        } catch (IllegalArgumentException otherwise) {
            return null;
        }
    }
}
