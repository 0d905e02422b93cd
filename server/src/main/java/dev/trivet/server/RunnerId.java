package dev.trivet.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** The identity of the runner of a data directory, the same over restarts: that is how a new process ends the leases of a dead one at once. */
final class RunnerId {
    private RunnerId() {}

    static UUID of(Path data) throws IOException {
        Path file = data.resolve("runner-id");
        try {
            return UUID.fromString(Files.readString(file).strip());
        } catch (NoSuchFileException first) {
            UUID id = UUID.randomUUID();
            Path fresh = data.resolve("runner-id.new");
            Files.writeString(fresh, id + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            return id;
        } catch (IllegalArgumentException damaged) {
            throw new IOException(file + " does not hold a UUID; delete it if no job is running", damaged);
        }
    }
}
