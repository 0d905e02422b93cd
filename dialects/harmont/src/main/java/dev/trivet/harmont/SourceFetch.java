package dev.trivet.harmont;

import dev.trivet.http.HttpException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches source archives from where a build says they are: bounded in size and time, without following redirects, and not from
 * addresses of the inside unless the operator allows that. Thread-safe.
 */
final class SourceFetch implements AutoCloseable {
    private static final int MOST_BYTES = 256 << 20;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration WHOLE = Duration.ofMinutes(2);

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Set<String> schemes;
    private final boolean inside;

    /**
     * @param schemes of addresses that may be fetched; only http and https of them are
     * @param inside whether loopback and private addresses may be fetched
     */
    SourceFetch(Set<String> schemes, boolean inside) {
        this.schemes = Set.copyOf(schemes);
        this.inside = inside;
    }

    /**
     * The archive.
     *
     * @param sha256 in hex, if it must hash to that
     * @throws HttpException 422 {@code build_invalid} if it may not or cannot be fetched, or is another
     */
    byte[] fetch(String url, Optional<String> sha256) throws InterruptedException {
        URI address = checked(url);
        byte[] archive = get(address);
        if (sha256.isPresent() && !sha256.get().toLowerCase(Locale.ROOT).equals(hash(archive))) {
            throw refused("source_sha256 is not that of the archive, which is " + hash(archive));
        }
        return archive;
    }

    private URI checked(String url) {
        URI address;
        try {
            address = URI.create(url);
        } catch (IllegalArgumentException malformed) {
            throw refused("source_url is no address");
        }
        String scheme = Objects.requireNonNullElse(address.getScheme(), "").toLowerCase(Locale.ROOT);
        boolean web = scheme.equals("http") || scheme.equals("https");
        if (!web || !schemes.contains(scheme) || address.getHost() == null) {
            throw refused("source_url should be an address that begins with http:// or https://");
        }
        try {
            for (InetAddress host : InetAddress.getAllByName(address.getHost())) {
                if (!inside && isInside(host)) {
                    throw refused("source_url leads to an internal address, which the server's configuration does not"
                            + " allow (server.allow_internal_requests)");
                }
            }
        } catch (UnknownHostException unknown) {
            throw refused("source_url names a host that is not known");
        }
        return address;
    }

    static boolean isInside(InetAddress host) {
        byte[] bytes = host.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        boolean carrier = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        return host.isLoopbackAddress()
                || host.isAnyLocalAddress()
                || host.isLinkLocalAddress()
                || host.isSiteLocalAddress()
                || host.isMulticastAddress()
                || uniqueLocal
                || carrier
                || bytes[0] == 0;
    }

    private byte[] get(URI address) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(address).timeout(WHOLE).build();
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw refused("source_url answers " + response.statusCode() + ", expected 200");
                }
                byte[] archive = body.readNBytes(MOST_BYTES + 1);
                if (archive.length > MOST_BYTES) {
                    throw refused("source_url has more than " + MOST_BYTES + " bytes");
                }
                return archive;
            }
        } catch (IOException failed) {
            throw refused("source_url cannot be fetched: " + failed.getMessage());
        }
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static HttpException refused(String why) {
        return HarmontErrors.of(ErrorCode.BUILD_INVALID, why);
    }

    @Override
    public void close() {
        client.close();
    }
}
