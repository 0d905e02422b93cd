package dev.trivet.cli.command;

import dev.trivet.cli.api.ApiClient;
import dev.trivet.cli.api.Pacing;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a client command finds its server and its credential. */
final class ClientOptions {
    /** The file of a data directory that holds the first administrator's token. */
    static final String ADMIN_TOKEN = "admin-token";

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "The server to talk to (default: ${DEFAULT-VALUE}).")
    private String server = "";

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description =
                    "The credential. Better in the environment: TRIVET_TOKEN. Default for a server of this machine: the file"
                            + " admin-token in its data directory.")
    private @Nullable String token;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory to take the default token from (default: ./data).")
    private @Nullable Path data;

    ApiClient connect(Surroundings surroundings) throws CommandException {
        URI address = address();
        return new ApiClient(address, credential(address, surroundings));
    }

    /** How often to look at that server. */
    Pacing pacing(ApiClient client) {
        return loopback(client.server()) ? Pacing.NEAR : Pacing.FAR;
    }

    /** The server that is asked. */
    URI address() throws CommandException {
        String text = server.contains("://") ? server : "http://" + server;
        try {
            URI address = URI.create(text);
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            if (address.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // told below, as any other text that is no address
        }
        throw CommandException.usage("'" + server + "' is no address of a server: write http://HOST:PORT");
    }

    /** The token of the data directory is for the server of this machine: it is not shown to any other unless asked for by --data. */
    private Optional<String> credential(URI address, Surroundings surroundings) throws CommandException {
        if (token != null && !token.isBlank()) {
            return Optional.of(token.strip());
        }
        if (data == null && !loopback(address)) {
            return Optional.empty();
        }
        Path file = surroundings
                .workingDirectory()
                .resolve(data == null ? Path.of("data") : data)
                .resolve(ADMIN_TOKEN);
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new CommandException("cannot read " + file + ": " + e.getMessage());
        }
    }

    private static boolean loopback(URI address) {
        return LOOPBACK.contains(String.valueOf(address.getHost()));
    }
}
