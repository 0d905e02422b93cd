package dev.trivet.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactDownloadTest {
    private static final byte[] BYTES = "bytes".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private HttpServer server;
    private ApiClient client;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, BYTES.length);
                exchange.getResponseBody().write(BYTES);
            }
        });
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/file");
        client = new ApiClient(address, Optional.empty());
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void aFileComesToItsPath() throws Exception {
        Path target = folder.resolve("out");
        Path saved = save("job/dist/app.tar.gz", BYTES.length, target);
        assertThat(saved)
                .isEqualTo(target.toRealPath().resolve("job/dist/app.tar.gz"))
                .hasBinaryContent(BYTES);
        // Again, over what is there.
        assertThat(save("job/dist/app.tar.gz", BYTES.length, target)).hasBinaryContent(BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/etc/x", "..", "../x", "a/../x", "a/..", "a//x", "./x", "a/", "a\\x", "a\nb", "a\0b"})
    void aNameThatLeavesTheFolderIsRefused(String path) throws Exception {
        assertThatThrownBy(() -> save(path, BYTES.length, folder.resolve("out")))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("no relative path");
        assertThat(files()).isEmpty();
    }

    @Test
    void aLinkIsNotFollowedOutOfTheFolder() throws Exception {
        Path target = Files.createDirectory(folder.resolve("out"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(target.resolve("dist"), elsewhere);
        assertThatThrownBy(() -> save("dist/app", BYTES.length, target))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a link or file");
        assertThat(elsewhere).isEmptyDirectory();
        // A link that is the file itself is replaced, not written through.
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        Files.createSymbolicLink(target.resolve("app"), secret);
        assertThat(save("app", BYTES.length, target)).hasBinaryContent(BYTES);
        assertThat(secret).hasContent("secret");
    }

    @Test
    void aFileThatIsNotCompleteIsNotThere() throws Exception {
        assertThatThrownBy(() -> save("app", 99, folder)).hasMessageContaining("has 99 bytes, but 5 arrived");
        assertThat(files()).isEmpty();
    }

    private Path save(String path, long size, Path target) throws Exception {
        return new ArtifactDownload(client).save(address, path, size, target);
    }

    private Stream<Path> files() throws IOException {
        return Files.walk(folder).filter(Files::isRegularFile);
    }
}
