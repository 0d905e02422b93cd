package dev.trivet.circus.product;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code build_products} (spec section 1.3).
 *
 * @param path in the store, as the build named it
 * @param contentType of a file, if it is known
 */
record Product(UUID id, String path, @Nullable String contentType, boolean directory) {
    private static final String HASH = "[0-9a-df-np-sv-z]{32}-";

    Product {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(path, "path is null");
    }

    /** The last name of its path; the id if it has none. */
    String lastName() {
        try {
            Path name = Path.of(path).getFileName();
            return name == null ? id.toString() : name.toString();
        } catch (InvalidPathException unnameable) {
            return id.toString();
        }
    }

    /** A name for people: without the hash of a store path. */
    String fileName() {
        return lastName().replaceFirst("^" + HASH + "(?=.)", "");
    }
}
