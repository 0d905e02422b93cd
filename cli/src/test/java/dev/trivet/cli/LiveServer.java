package dev.trivet.cli;

import dev.trivet.server.Settings;
import dev.trivet.server.TrivetServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One real server for all test classes that ask for it, on a data directory of its own, with whatever sandbox works here. */
final class LiveServer implements AutoCloseable {
    private final Path data;
    private final TrivetServer server;

    private LiveServer() {
        try {
            data = Files.createTempDirectory("trivet-live");
            server = TrivetServer.start(
                    Settings.read(
                            new Settings.Options("127.0.0.1:0", data, null, null, null, true),
                            Map.of("TRIVET_SERVER_DRAIN_TIMEOUT", "0s", "TRIVET_RUNNER_SLOTS", "4")),
                    Clock.systemUTC());
        } catch (Exception e) {
            throw new IllegalStateException("the server does not start", e);
        }
    }

    URI address() {
        return server.address();
    }

    Path data() {
        return data;
    }

    /** Other servers share its images, which takes time to make. */
    String images() {
        return data.resolve("images").toString();
    }

    String token() throws Exception {
        return Files.readString(data.resolve("admin-token")).strip();
    }

    /** The commands as somebody has them who works at this server. */
    Shell shell(Path folder) throws Exception {
        return new Shell(
                folder,
                Map.of(
                        "TRIVET_SERVER",
                        address().toString(),
                        "TRIVET_TOKEN",
                        token(),
                        "TRIVET_IMAGES_DIRECTORY",
                        images()));
    }

    @Override
    public void close() throws Exception {
        server.close();
        Shell.delete(data);
    }

    /** Hands the server to tests. */
    static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == LiveServer.class;
        }

        @Override
        public LiveServer resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(LiveServer.class))
                    .computeIfAbsent(LiveServer.class, type -> new LiveServer(), LiveServer.class);
        }
    }
}
