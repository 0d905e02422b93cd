package dev.trivet.circus.product;

import dev.trivet.store.Database;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Rows of products. Thread-safe. */
final class ProductStore {
    private final Database database;

    ProductStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    boolean hasBuild(UUID build) {
        return database.read(handle -> handle.createQuery("select exists (select from circus.builds where id = :build)")
                .bind("build", build)
                .mapTo(Boolean.class)
                .one());
    }

    /** A product of that build; empty if it is another build's. */
    Optional<Product> find(UUID build, UUID product) {
        return database.read(handle -> handle.createQuery("""
                        select id, path, content_type, is_directory from circus.build_products
                        where id = :product and build_id = :build
                        """)
                .bind("product", product)
                .bind("build", build)
                .map((row, context) -> new Product(
                        Objects.requireNonNull(row.getObject("id", UUID.class), "id is null"),
                        row.getString("path"),
                        row.getString("content_type"),
                        row.getBoolean("is_directory")))
                .findOne());
    }
}
