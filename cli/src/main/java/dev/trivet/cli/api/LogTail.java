package dev.trivet.cli.api;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one log as it grows, by Range requests (spec section 4.5). It asks for the last byte it has once more and drops it, as the
 * official client does: so a log without news is no error for any server. Not thread-safe.
 */
public final class LogTail {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(?:\\d+|\\*)");
    private static final int CHUNK = 65536;

    private final ApiClient client;
    private final URI address;
    private long offset;

    /** Where the bytes go. */
    public interface Sink {
        /** Takes {@code length} bytes from the start of {@code buffer}, which is used again afterwards. */
        void accept(byte[] buffer, int length);
    }

    /** The log at an address, from its first byte on. */
    public LogTail(ApiClient client, URI address) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.address = Objects.requireNonNull(address, "address is null");
    }

    /** How many bytes have been read. */
    public long offset() {
        return offset;
    }

    /**
     * Reads what is new. After an {@link IOException} it may be called again, and goes on where it was.
     *
     * @return the number of new bytes; 0 if there is nothing new, or no log yet
     */
    public long pull(Sink sink) throws IOException, ApiException, InterruptedException {
        long before = offset;
        HttpResponse<InputStream> response =
                client.open(address, Optional.of("bytes=" + Math.max(0, offset - 1) + "-"));
        try (InputStream body = response.body()) {
            switch (response.statusCode()) {
                case 206 -> copy(body, firstByte(response), sink);
                case 200 -> copy(body, 0, sink);
                case 404, 416 -> {}
                default -> throw client.refusal(response.statusCode(), body.readNBytes(CHUNK));
            }
        }
        return offset - before;
    }

    /** Copies a body that begins with byte {@code at} of the log, leaving out what was read before. */
    private void copy(InputStream body, long at, Sink sink) throws IOException, ApiException {
        if (at > offset) {
            throw new ApiException("the server sent " + address + " from byte " + at + ", where byte " + offset
                    + " was asked for: part of the log is missing");
        }
        try {
            body.skipNBytes(offset - at);
        } catch (EOFException e) {
            return; // an empty log has no last byte to send again
        }
        byte[] buffer = new byte[CHUNK];
        for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
            offset += length;
            sink.accept(buffer, length);
        }
    }

    private long firstByte(HttpResponse<InputStream> response) throws ApiException {
        String range = response.headers().firstValue("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches()) {
            throw new ApiException("the server sent a part of " + address + " with the Content-Range '" + range
                    + "', which should be 'bytes FIRST-LAST/TOTAL'");
        }
        return Long.parseLong(matcher.group(1));
    }
}
