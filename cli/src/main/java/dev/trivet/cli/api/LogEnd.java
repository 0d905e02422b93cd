package dev.trivet.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Optional;

/** The last lines of a log. */
public final class LogEnd {
    private static final int MOST_BYTES = 16384;
    private static final int CHUNK = 65536;

    private LogEnd() {}

    /** At most {@code count} lines from the end of a log, at most 16 KiB of them. Memory is bounded whatever the server sends. */
    public static byte[] lines(ApiClient client, URI log, int count)
            throws IOException, ApiException, InterruptedException {
        HttpResponse<InputStream> response = client.open(log, Optional.of("bytes=-" + MOST_BYTES));
        try (InputStream body = response.body()) {
            return switch (response.statusCode()) {
                case 200, 206 -> lastLines(last(body), count);
                case 404, 416 -> new byte[0];
                default -> throw client.refusal(response.statusCode(), body.readNBytes(CHUNK));
            };
        }
    }

    /** Reads all and keeps the end: a server need not understand such a range. */
    private static byte[] last(InputStream body) throws IOException {
        byte[] kept = new byte[0];
        for (byte[] next = body.readNBytes(CHUNK); next.length > 0; next = body.readNBytes(CHUNK)) {
            byte[] joined = Arrays.copyOf(kept, kept.length + next.length);
            System.arraycopy(next, 0, joined, kept.length, next.length);
            kept = Arrays.copyOfRange(joined, Math.max(0, joined.length - MOST_BYTES), joined.length);
        }
        return kept;
    }

    private static byte[] lastLines(byte[] bytes, int count) {
        int seen = 0;
        for (int i = bytes.length - 2; i >= 0; i--) {
            if (bytes[i] == '\n' && ++seen == count) {
                return Arrays.copyOfRange(bytes, i + 1, bytes.length);
            }
        }
        return bytes;
    }
}
