package dev.trivet.circus.channel;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.BlobStore;
import dev.trivet.circus.CircusErrors;
import dev.trivet.http.Access;
import dev.trivet.http.BlobSource;
import dev.trivet.http.Description;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@code nix-channel} downloads (spec sections 2.11 and 8): by the name of a channel, by those of project and channel, and of one
 * promotion. The first two lead to the third where it matters that all parts are of the same evaluation: {@code nix-channel} follows a
 * redirect of the channel's own address and takes everything from there.
 */
final class ChannelFileRoutes {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final ChannelStore channels;
    private final Publisher publisher;
    private final BlobStore blobs;
    private final String cache;
    private final String origin;

    /**
     * @param cache where what was built is substituted from
     * @param origin where this server is reached
     */
    ChannelFileRoutes(ChannelStore channels, Publisher publisher, BlobStore blobs, String cache, String origin) {
        this.channels = Objects.requireNonNull(channels, "channels is null");
        this.publisher = Objects.requireNonNull(publisher, "publisher is null");
        this.blobs = Objects.requireNonNull(blobs, "blobs is null");
        this.cache = Objects.requireNonNull(cache, "cache is null");
        this.origin = Objects.requireNonNull(origin, "origin is null");
    }

    /** Finds what a request is about. */
    @FunctionalInterface
    private interface Finder {
        Promotion of(Request request);
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        below(routes, "/channel/{name}", "this channel", false, this::named);
        below(routes, "/channel/{project}/{name}", "this channel of a project", false, this::ofProject);
        below(routes, "/channel/{project}/{name}/{number}", "one promotion of a channel", true, this::numbered);
        for (String moving : List.of("/channel/{name}", "/channel/{project}/{name}")) {
            Finder finder = moving.contains("{project}") ? this::ofProject : this::named;
            routes.add(Route.get(
                            moving,
                            Access.PUBLIC_LENIENT,
                            request -> Response.redirect(302, finder.of(request).place())
                                    .with("Cache-Control", "no-cache"))
                    .describedAs(Description.of("Redirect to what the channel shows now")
                            .in("channels")
                            .answering(302)
                            .failing(404)));
        }
        routes.add(Route.get("/channel/{project}/{name}/{number}", Access.PUBLIC_LENIENT, this::about)
                .describedAs(Description.of("Plain-text description of one promotion of a channel")
                        .in("channels")
                        .sending("text/plain")
                        .failing(404)));
        return routes;
    }

    private void below(List<Route> routes, String place, String what, boolean fixed, Finder finder) {
        routes.add(Route.get(place + "/git-revision", Access.PUBLIC_LENIENT, request -> {
                    Promotion promotion = finder.of(request);
                    return text(request, promotion, promotion.commit(), fixed);
                })
                .describedAs(Description.of("Plain-text git revision pinned to " + what)
                        .in("channels")
                        .sending("text/plain")
                        .failing(404)));
        routes.add(Route.get(place + "/binary-cache-url", Access.PUBLIC_LENIENT, request -> {
                    Promotion _ = finder.of(request);
                    return Response.bytes(TEXT, cache.getBytes(StandardCharsets.UTF_8));
                })
                .describedAs(Description.of("Plain-text binary cache URL for " + what)
                        .in("channels")
                        .sending("text/plain")
                        .failing(404)));
        for (ChannelFile file : ChannelFile.values()) {
            String summary = switch (file) {
                case NIXEXPRS -> "Hydra-compatible nixexprs tarball for ";
                case NIXEXPRS_BZIP2 -> "The same tarball for a Nix that reads no xz, for ";
                case STORE_PATHS -> "xz-compressed list of store paths of ";
            };
            routes.add(Route.get(
                            place + "/" + file.fileName(),
                            Access.PUBLIC_LENIENT,
                            request -> download(request, finder.of(request), file, fixed))
                    .describedAs(Description.of(summary + what)
                            .in("channels")
                            .sending(file.contentType())
                            .failing(404)));
        }
    }

    private Promotion named(Request request) {
        return channels.shown(request.parameter("name")).orElseThrow(ChannelFileRoutes::empty);
    }

    private Promotion ofProject(Request request) {
        return channels.shown(request.parameter("project"), request.parameter("name"))
                .orElseThrow(ChannelFileRoutes::empty);
    }

    private Promotion numbered(Request request) {
        String number = request.parameter("number");
        return Optional.of(number)
                .filter(text -> text.matches("[1-9][0-9]{0,8}"))
                .flatMap(text -> channels.numbered(
                        request.parameter("project"), request.parameter("name"), Integer.parseInt(text)))
                .filter(Promotion::kept)
                .orElseThrow(() -> CircusErrors.notFound("this promotion of a channel"));
    }

    /** 404. */
    static HttpException empty() {
        return CircusErrors.notFound("a channel of this name that shows an evaluation was");
    }

    private Response about(Request request) {
        Promotion promotion = numbered(request);
        return text(
                request,
                promotion,
                """
                channel %s of project %s, promotion %d
                commit %s, evaluation %s of jobset %s
                promoted %s

                nix-channel --add %s/channel/%s/%s
                nix-channel --update

                what was built is substituted from %s
                """.formatted(
                                promotion.channel(),
                                promotion.project(),
                                promotion.number(),
                                promotion.commit(),
                                promotion.evaluation(),
                                promotion.jobset(),
                                promotion.at().truncatedTo(ChronoUnit.SECONDS),
                                origin,
                                promotion.project(),
                                promotion.channel(),
                                cache),
                true);
    }

    private static Response text(Request request, Promotion promotion, String text, boolean fixed) {
        String tag = "\"" + promotion.id() + "\"";
        return isKnown(request, tag, promotion.at())
                ? dressed(Response.empty(304), tag, promotion, fixed)
                : dressed(Response.bytes(TEXT, text.getBytes(StandardCharsets.UTF_8)), tag, promotion, fixed);
    }

    /**
     * A file, or 304 if whoever asks has it.
     *
     * @param fixed whether the address never leads to another one
     */
    Response download(Request request, Promotion promotion, ChannelFile file, boolean fixed) throws IOException {
        BlobRef blob = publisher
                .file(promotion, file)
                .orElseThrow(() -> CircusErrors.notFound("a build of the channel's evaluation that has succeeded was"));
        String tag = "\"" + blob.sha256() + "\"";
        if (isKnown(request, tag, promotion.at())) {
            return dressed(Response.empty(304), tag, promotion, fixed);
        }
        return dressed(Response.source(file.contentType(), new BlobSource(blobs, blob)), tag, promotion, fixed)
                .with("Content-Disposition", "attachment; filename=\"" + file.fileName() + "\"");
    }

    private static Response dressed(Response response, String tag, Promotion promotion, boolean fixed) {
        return response.with("ETag", tag)
                .with("Last-Modified", HTTP_DATE.format(promotion.at()))
                .with("Cache-Control", fixed ? "public, max-age=86400, immutable" : "no-cache");
    }

    /** Whether the answer would tell nothing new (RFC 9110 13.1): a tag counts more than a time. */
    private static boolean isKnown(Request request, String tag, Instant at) {
        Optional<String> tags = request.header("If-None-Match");
        if (tags.isPresent()) {
            return Arrays.stream(tags.get().split(",", 50))
                    .map(String::strip)
                    .map(one -> one.startsWith("W/") ? one.substring(2) : one)
                    .anyMatch(one -> one.equals(tag) || one.equals("*"));
        }
        return request.header("If-Modified-Since")
                .map(since -> isSince(since, at))
                .orElse(false);
    }

    /** What is no time does not count. */
    private static boolean isSince(String since, Instant at) {
        try {
            return !at.truncatedTo(ChronoUnit.SECONDS)
                    .isAfter(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(since)));
        } catch (DateTimeException unreadable) {
            return false;
        }
    }
}
