package dev.trivet.circus.cache;

import dev.trivet.http.Access;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.Description;
import dev.trivet.http.ErrorShape;
import dev.trivet.http.Handler;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The binary cache as Nix asks for it (spec section 7). Everything is 404 without a body when it is off. */
final class CacheRoutes {
    static final String PREFIX = "/nix-cache";

    private static final String SUFFIX = ".narinfo";
    private static final Pattern HASH = Pattern.compile("[0-9a-df-np-sv-z]{32}");
    private static final ErrorShape ERRORS = (problem, exchange) -> problem.status() == 404
            ? NarInfoPages.NOT_FOUND
            : Response.text(problem.status(), problem.details().getFirst().reason() + "\n");

    private final CacheSettings settings;
    private final NarInfoPages pages;
    private final NarFiles files;
    private final UpstreamCaches upstreams;
    private final Supplier<String> publicKey;

    CacheRoutes(
            CacheSettings settings,
            NarInfoPages pages,
            NarFiles files,
            UpstreamCaches upstreams,
            Supplier<String> publicKey) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.pages = Objects.requireNonNull(pages, "pages is null");
        this.files = Objects.requireNonNull(files, "files is null");
        this.upstreams = Objects.requireNonNull(upstreams, "upstreams is null");
        this.publicKey = Objects.requireNonNull(publicKey, "publicKey is null");
    }

    RouteGroup group() {
        return new RouteGroup(
                PREFIX,
                ERRORS,
                Set.<CredentialKind>of(),
                List.of(
                        route("/nix-cache-info", "About this binary cache", "text/plain", this::info),
                        route("/public-key", "The key that this binary cache signs with", "text/plain", this::key),
                        route(
                                "/{hash}",
                                "Narinfo of a store path, with or without .narinfo",
                                NarInfoPages.TYPE,
                                this::narInfo),
                        route("/nar/{hash}", "Archive of a store path", "application/x-nix-nar", this::nar),
                        route(
                                "/" + UpstreamCaches.PLACE + "/{key}/{path...}",
                                "Archive of a store path that another cache has",
                                "application/x-nix-nar",
                                upstreams::archive)));
    }

    private Route route(String path, String summary, String type, Handler handler) {
        return Route.get(PREFIX + path, Access.PUBLIC_LENIENT, settings.enabled() ? handler : CacheRoutes::off)
                .describedAs(
                        Description.of(summary).in("nix-cache").sending(type).failing(404));
    }

    private static Response off(Request request) {
        return Response.empty(404);
    }

    private Response info(Request request) {
        String text = "StoreDir: " + settings.storeDirectory() + "\nWantMassQuery: 1\nPriority: 30\n";
        return plain(text);
    }

    private Response key(Request request) {
        return plain(publicKey.get() + "\n");
    }

    private static Response plain(String text) {
        return Response.bytes("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8))
                .with("Cache-Control", "public, max-age=300");
    }

    private Response narInfo(Request request) {
        String name = request.parameter("hash");
        String hash = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return HASH.matcher(hash).matches() ? pages.answer(hash, request) : NarInfoPages.NOT_FOUND;
    }

    private Response nar(Request request) throws IOException {
        return files.answer(request.parameter("hash"), request);
    }
}
