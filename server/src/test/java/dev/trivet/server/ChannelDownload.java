package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Downloads files of channels as anybody does. */
final class ChannelDownload implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;

    ChannelDownload(URI server) {
        this.server = server;
    }

    HttpResponse<byte[]> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** A file that is there. */
    byte[] bytes(String path) throws Exception {
        HttpResponse<byte[]> response = send("GET", path);
        assertThat(response.statusCode())
                .as(() -> path + ": " + new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return response.body();
    }

    String text(String path) throws Exception {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    /** The lines of a list of store paths. */
    List<String> storePaths(String path) throws Exception {
        try (InputStream in = new XZInputStream(new ByteArrayInputStream(bytes(path)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** The files of a tarball, by their names in their order. */
    static Map<String, String> members(byte[] tarball) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        try (var tar = new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(tarball)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertThat(entry.getLastModifiedTime().toMillis()).isEqualTo(1000);
                assertThat(entry.getLongUserId()).isZero();
                assertThat(entry.getLongGroupId()).isZero();
                assertThat(entry.getUserName()).isEmpty();
                members.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return members;
    }

    @Override
    public void close() {
        http.close();
    }
}
