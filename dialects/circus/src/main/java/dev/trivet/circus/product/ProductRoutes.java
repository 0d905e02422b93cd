package dev.trivet.circus.product;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.nix.archive.StorePath;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Downloads of products (spec section 2.6): a file as it is, a directory as a Nix archive or as tar. From the store where it is there, otherwise
 * from an archive.
 */
public final class ProductRoutes {
    private static final String FORMAT = "format";
    private static final int MOST_ARCHIVES = 32;

    private final ProductStore products;
    private final StoreTree store;
    private final StoredDownload stored;
    private final CachedDownload cached;
    private final BiFunction<Request, String, UUID> ids;

    /**
     * @param bytes of what the store does not have
     * @param ids reads a UUID from a parameter of the path; 400 if it is none
     */
    public ProductRoutes(
            Database database, StoreTree store, ProductBytes bytes, BiFunction<Request, String, UUID> ids) {
        var turns = new Turns(MOST_ARCHIVES);
        this.products = new ProductStore(database);
        this.store = Objects.requireNonNull(store, "store is null");
        this.stored = new StoredDownload(turns);
        this.cached = new CachedDownload(bytes, turns);
        this.ids = Objects.requireNonNull(ids, "ids is null");
    }

    /** The route. */
    public List<Route> routes() {
        return List.of(Route.get(
                        "/api/v1/builds/{build_id}/products/{product_id}/download",
                        Access.PUBLIC_LENIENT,
                        this::download)
                .describedAs(Description.of("Download a build product")
                        .in("builds")
                        .sending(SentTypes.BYTES)
                        .asking(FORMAT)
                        .failing(400, 404, 422)));
    }

    private Response download(Request request) throws IOException {
        UUID build = ids.apply(request, "build_id");
        UUID id = ids.apply(request, "product_id");
        Optional<Product> product = products.find(build, id);
        if (product.isEmpty()) {
            throw HttpException.notFound(
                    products.hasBuild(build) ? "product not found in this build" : "build not found");
        }
        ProductFormat format = format(request);
        return switch (store.find(product.get().path())) {
            case StoreTree.Found.There there -> stored.of(product.get(), there, format, request);
            case StoreTree.Found.Absent _ -> elsewhere(product.get(), format);
            case StoreTree.Found.Outside(String why) ->
                throw HttpException.field("path", "the product " + product.get().path() + " is not given: " + why);
        };
    }

    private static @Nullable ProductFormat format(Request request) {
        Optional<String> word = request.query().first(FORMAT).filter(text -> !text.isEmpty());
        return word.map(text -> ProductFormat.named(text)
                        .orElseThrow(() -> HttpException.field(
                                FORMAT, "expected one of " + ProductFormat.words() + ", not '" + shown(text) + "'")))
                .orElse(null);
    }

    private static String shown(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    private Response elsewhere(Product product, @Nullable ProductFormat format) throws IOException {
        String[] names =
                product.path().substring(store.directory().length() + 1).split("/", 2);
        StorePath object;
        try {
            object = StorePath.ofBaseName(store.directory(), names[0]);
        } catch (IllegalArgumentException otherwise) {
            throw CachedDownload.absent(product);
        }
        return cached.of(product, object, names.length > 1 ? names[1] : "", format)
                .orElseThrow(() -> CachedDownload.absent(product));
    }
}
