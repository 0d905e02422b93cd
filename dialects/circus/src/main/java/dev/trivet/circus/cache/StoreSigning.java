package dev.trivet.circus.cache;

import dev.trivet.nix.StoreCommands;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Signs what was built in the store itself, so that copies that go past our cache carry the signature, too. Thread-safe. */
final class StoreSigning {
    private final StoreCommands store;
    private final Optional<Path> keyFile;

    /** @param keyFile empty if it is not wanted */
    StoreSigning(StoreCommands store, Optional<Path> keyFile) {
        this.store = Objects.requireNonNull(store, "store is null");
        this.keyFile = Objects.requireNonNull(keyFile, "keyFile is null");
    }

    boolean isWanted() {
        return keyFile.isPresent();
    }

    void sign(List<String> paths) throws IOException, InterruptedException {
        if (keyFile.isPresent()) {
            store.sign(keyFile.get(), paths);
        }
    }
}
