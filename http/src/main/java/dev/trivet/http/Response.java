package dev.trivet.http;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An answer. The server adds the headers that every answer has (request id, security, length).
 *
 * @param status the HTTP status
 * @param headers further headers
 * @param body what is sent
 */
public record Response(int status, List<Header> headers, Body body) {
    public Response {
        headers = List.copyOf(headers);
        Objects.requireNonNull(body, "body is null");
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("a response has a status from 200 to 599, not " + status);
        }
    }

    /** 200 with JSON: a node, a record, a list, a map. */
    public static Response json(Object value) {
        return json(200, value);
    }

    /** JSON. */
    public static Response json(int status, Object value) {
        return new Response(status, List.of(), new Body.Json(value));
    }

    /** 200 with plain text. */
    public static Response text(String text) {
        return text(200, text);
    }

    /** Plain text. */
    public static Response text(int status, String text) {
        return new Response(status, List.of(), new Body.Text(text));
    }

    /** A page. */
    public static Response html(int status, String html) {
        return new Response(status, List.of(), new Body.Html(html));
    }

    /** 200 with bytes of the server's own, such as a style sheet or a picture. */
    public static Response bytes(String contentType, byte[] bytes) {
        return new Response(200, List.of(), new Body.Bytes(contentType, bytes));
    }

    /** 200, or 206 for the range that was asked for, with bytes that may be many or growing. Never compressed. */
    public static Response source(String contentType, ByteSource source) {
        return new Response(200, List.of(), new Body.Stream(contentType, source, RangeRule.STANDARD, null));
    }

    /**
     * A log as the follow protocol of builds.sr.ht wants it (spec srht 4.5): plain text, whole without a range, 206 with one even while it is
     * empty, never compressed.
     */
    public static Response log(ByteSource source) {
        return new Response(
                200,
                List.of(new Header("Cache-Control", "no-cache")),
                new Body.Stream("text/plain; charset=utf-8", source, RangeRule.FOLLOWED_LOG, null));
    }

    /** 200 or 206 with something that a build made: as attachment, so that no browser shows it in our origin. */
    public static Response attachment(String fileName, ByteSource source) {
        return new Response(
                200, List.of(), new Body.Stream("application/octet-stream", source, RangeRule.STANDARD, fileName));
    }

    /**
     * 200 or 206 with a file that a build made, of a type that it says itself: as attachment.
     *
     * @param contentType none that a page could use as script or style, which is not kept from it by being an attachment
     */
    public static Response attachment(String contentType, String fileName, Path file) {
        return new Response(
                200, List.of(), new Body.Stream(contentType, new FileSource(file), RangeRule.STANDARD, fileName));
    }

    /** 200 with something that is made while it is sent, so that nobody knows how long it is: as attachment. Never compressed. */
    public static Response attachment(String contentType, String fileName, ByteProducer producer) {
        return new Response(200, List.of(), new Body.Produced(contentType, producer, fileName));
    }

    /** 200 or 206 with a file. */
    public static Response file(String contentType, Path file) {
        return source(contentType, new FileSource(file));
    }

    /** 303: go and GET that. */
    public static Response seeOther(String location) {
        return redirect(303, location);
    }

    /**
     * A redirect.
     *
     * @param location a path of ours (one slash at its beginning) or an absolute http or https address
     */
    public static Response redirect(int status, String location) {
        boolean ours = location.startsWith("/") && !location.startsWith("//") && !location.startsWith("/\\");
        if (!ours && !location.startsWith("https://") && !location.startsWith("http://")) {
            throw new IllegalArgumentException("not a place to redirect to: " + location);
        }
        return new Response(status, List.of(new Header("Location", location)), new Body.Empty());
    }

    /** A status and nothing else. */
    public static Response empty(int status) {
        return new Response(status, List.of(), new Body.Empty());
    }

    /** 200 with events, as long as the source sends them and the client listens. */
    public static Response events(EventSource source) {
        return new Response(200, List.of(), new Body.Events(source));
    }

    /** This response with one more header. */
    public Response with(String name, String value) {
        return with(new Header(name, value));
    }

    /** This response with one more header. */
    public Response with(Header header) {
        List<Header> more = new ArrayList<>(headers);
        more.add(header);
        return new Response(status, more, body);
    }

    /** The ways a body is sent. */
    public sealed interface Body {
        /** Written as JSON. */
        record Json(Object value) implements Body {}

        /** Plain text in UTF-8. */
        record Text(String text) implements Body {}

        /** A page in UTF-8, under the strict content security policy. */
        record Html(String html) implements Body {}

        /** Bytes in memory. */
        @SuppressWarnings(
                "ArrayRecordComponent") // never compared; copying a style sheet for each request would be waste
        record Bytes(String contentType, byte[] bytes) implements Body {}

        /**
         * Bytes from elsewhere.
         *
         * @param attachment file name to save it under, if it must not be shown
         */
        record Stream(
                String contentType,
                ByteSource source,
                RangeRule rule,
                @Nullable String attachment) implements Body {}

        /**
         * Bytes that are made while they are sent. A failure before the first of them is answered as one; a later one breaks the connection.
         *
         * @param attachment file name to save it under
         */
        record Produced(String contentType, ByteProducer producer, String attachment) implements Body {}

        /** Nothing. */
        record Empty() implements Body {}

        /** Server-sent events. */
        record Events(EventSource source) implements Body {}
    }
}
