package dev.trivet.cli.house;

import dev.trivet.accounts.AdministratorToken;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.server.Settings;
import dev.trivet.server.TrivetServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** The real server. */
public final class RealHouse implements House {
    private final Clock clock;

    /** Servers that go by this clock. */
    public RealHouse(Clock clock) {
        this.clock = clock;
    }

    @Override
    public RunningServer serve(Settings settings) throws IOException, SandboxException {
        TrivetServer server = TrivetServer.start(settings, clock);
        boolean complete = false;
        try {
            Optional<String> token = token(settings);
            complete = true;
            return new Running(server, token);
        } finally {
            if (!complete) {
                server.close();
            }
        }
    }

    private static Optional<String> token(Settings settings) throws IOException {
        Path file = settings.data().resolve("admin-token");
        if (settings.adminToken().isPresent() || !Files.exists(file)) {
            return settings.adminToken();
        }
        return Optional.of(Files.readString(file).strip());
    }

    private record Running(TrivetServer server, Optional<String> adminToken) implements RunningServer {
        @Override
        public URI address() {
            return server.address();
        }

        @Override
        public boolean adminTokenIsNew() {
            return server.administratorToken() instanceof AdministratorToken.Generated;
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
