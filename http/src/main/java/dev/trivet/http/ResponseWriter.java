package dev.trivet.http;

import dev.trivet.http.Response.Body;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Sends a {@link Response}. */
final class ResponseWriter {
    private final EventStreams streams;

    ResponseWriter(EventStreams streams) {
        this.streams = streams;
    }

    /**
     * Sends it and completes the callback.
     *
     * @param body what the client may still be sending; read to its end after an error so that the client gets to see it
     * @throws HttpException before anything was sent: a range that cannot be given, or too many watchers
     */
    void write(
            Response response,
            String requestId,
            org.eclipse.jetty.server.Response jetty,
            @Nullable RequestBody body,
            Callback callback)
            throws IOException {
        boolean head = jetty.getRequest().getMethod().equals("HEAD");
        switch (response.body()) {
            case Body.Json(Object value) ->
                send(response, requestId, jetty, head, "application/json", Json.write(value), body, callback);
            case Body.Text(String text) ->
                send(response, requestId, jetty, head, "text/plain; charset=utf-8", utf8(text), body, callback);
            case Body.Html(String html) ->
                send(response, requestId, jetty, head, "text/html; charset=utf-8", utf8(html), body, callback);
            case Body.Bytes(String type, byte[] bytes) ->
                send(response, requestId, jetty, head, type, bytes, body, callback);
            case Body.Empty() -> send(response, requestId, jetty, head, null, new byte[0], body, callback);
            case Body.Stream stream -> sendStream(response, stream, requestId, jetty, head, callback);
            case Body.Produced produced -> sendProduced(response, produced, requestId, jetty, head, callback);
            case Body.Events(EventSource source) -> sendEvents(response, source, requestId, jetty, head, callback);
        }
    }

    private static void send(
            Response response,
            String requestId,
            org.eclipse.jetty.server.Response jetty,
            boolean head,
            @Nullable String type,
            byte[] bytes,
            @Nullable RequestBody body,
            Callback callback)
            throws IOException {
        HttpFields.Mutable headers = begin(response, response.status(), requestId, jetty);
        if (type != null) {
            headers.put(HttpHeader.CONTENT_TYPE, type);
        }
        if (response.status() != 204 && response.status() != 304) {
            headers.put(HttpHeader.CONTENT_LENGTH, bytes.length);
        }
        ByteBuffer content = head ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(bytes);
        if (response.status() >= 400 && body != null && body.isUnread()) {
            Content.Sink.write(jetty, true, content);
            body.discardRest();
            callback.succeeded();
        } else {
            jetty.write(true, content, callback);
        }
    }

    private static void sendStream(
            Response response,
            Body.Stream stream,
            String requestId,
            org.eclipse.jetty.server.Response jetty,
            boolean head,
            Callback callback)
            throws IOException {
        HttpFields asked = jetty.getRequest().getHeaders();
        // HEAD has no ranges (RFC 9110 14.2).
        boolean ranged = response.status() == 200 && !head && isUnchanged(response, asked.get(HttpHeader.IF_RANGE));
        ByteRange range = ByteRange.of(
                ranged ? asked.get(HttpHeader.RANGE) : null, stream.source().size(), stream.rule());
        HttpFields.Mutable headers;
        long offset;
        long length;
        switch (range) {
            case ByteRange.Whole(long size) -> {
                headers = begin(response, response.status(), requestId, jetty);
                offset = 0;
                length = size;
            }
            case ByteRange.Part(long first, long count, String contentRange) -> {
                headers = begin(response, 206, requestId, jetty);
                headers.put(HttpHeader.CONTENT_RANGE, contentRange);
                offset = first;
                length = count;
            }
            case ByteRange.Unsatisfiable none ->
                throw new HttpException(
                        Problem.of(Problem.Kind.RANGE, "there are " + none.size() + " bytes; the range asks for others")
                                .with(new Header("Content-Range", none.contentRange())));
        }
        headers.put(HttpHeader.CONTENT_TYPE, stream.contentType());
        headers.put(HttpHeader.CONTENT_LENGTH, length);
        headers.put(HttpHeader.ACCEPT_RANGES, "bytes");
        if (stream.attachment() != null) {
            Header disposition = Attachment.named(stream.attachment());
            headers.put(disposition.name(), disposition.value());
        }
        Optional<Path> file =
                head || length == 0 ? Optional.empty() : stream.source().file();
        if (file.isPresent()) {
            FileSender.send(file.get(), offset, length, jetty);
            callback.succeeded();
            return;
        }
        if (!head && length > 0) {
            // Not closed here: closing would send the end of a response that failed half-way as if it were whole.
            stream.source().writeTo(new SinkStream(jetty), offset, length);
        }
        jetty.write(true, BufferUtil.EMPTY_BUFFER, callback);
    }

    /** Whether a part of what there is now fits to the parts that the client has: it says nothing, or names our own strong tag. */
    private static boolean isUnchanged(Response response, @Nullable String ifRange) {
        return ifRange == null
                || (ifRange.startsWith("\"")
                        && response.headers().stream()
                                .anyMatch(header -> header.name().equals("ETag")
                                        && header.value().equals(ifRange)));
    }

    private static void sendProduced(
            Response response,
            Body.Produced produced,
            String requestId,
            org.eclipse.jetty.server.Response jetty,
            boolean head,
            Callback callback)
            throws IOException {
        HttpFields.Mutable headers = begin(response, response.status(), requestId, jetty);
        headers.put(HttpHeader.CONTENT_TYPE, produced.contentType());
        Header disposition = Attachment.named(produced.attachment());
        headers.put(disposition.name(), disposition.value());
        if (!head) {
            // Not closed here, for the same reason.
            produced.producer().writeTo(new SinkStream(jetty));
        }
        jetty.write(true, BufferUtil.EMPTY_BUFFER, callback);
    }

    private void sendEvents(
            Response response,
            EventSource source,
            String requestId,
            org.eclipse.jetty.server.Response jetty,
            boolean head,
            Callback callback)
            throws IOException {
        streams.enter();
        try {
            HttpFields.Mutable headers = begin(response, response.status(), requestId, jetty);
            headers.put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            headers.put("X-Accel-Buffering", "no");
            if (!head) {
                OutputStream out = new SinkStream(jetty);
                out.flush();
                streams.run(source, out);
            }
        } finally {
            streams.leave();
        }
        jetty.write(true, BufferUtil.EMPTY_BUFFER, callback);
    }

    private static HttpFields.Mutable begin(
            Response response, int status, String requestId, org.eclipse.jetty.server.Response jetty) {
        jetty.setStatus(status);
        HttpFields.Mutable headers = jetty.getHeaders();
        for (Header header : response.headers()) {
            headers.add(header.name(), header.value());
        }
        headers.put("X-Request-Id", requestId);
        SecurityHeaders.add(headers, response.body());
        return headers;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The response as a stream that sends what it gets at once. */
    private static final class SinkStream extends OutputStream {
        private final Content.Sink sink;

        SinkStream(Content.Sink sink) {
            this.sink = sink;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Content.Sink.write(sink, false, ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void flush() throws IOException {
            Content.Sink.write(sink, false, BufferUtil.EMPTY_BUFFER);
        }
    }
}
