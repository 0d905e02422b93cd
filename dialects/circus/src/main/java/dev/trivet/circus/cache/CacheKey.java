package dev.trivet.circus.cache;

import dev.trivet.nix.archive.NarInfo;
import dev.trivet.nix.archive.Signature;
import dev.trivet.nix.archive.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key that paths are signed with: the configured one, or one that is made in the data directory at the first start, readable for its
 * owner alone, so that a cache is signed without anybody having done anything for it. It is read when it is first needed. Thread-safe.
 */
final class CacheKey {
    private static final Logger log = LoggerFactory.getLogger(CacheKey.class);

    private final Path file;
    private final CacheSettings settings;
    private @Nullable SigningKey key;

    CacheKey(CacheSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.file = settings.keyFile().orElse(settings.data().resolve("nix-cache-key"));
    }

    /** @throws UncheckedIOException if it cannot be read or made; the message says which */
    private synchronized SigningKey key() {
        SigningKey known = key;
        if (known != null) {
            return known;
        }
        try {
            if (settings.keyFile().isEmpty()) {
                make(file, settings.keyName());
            }
            SigningKey read = SigningKey.parse(Files.readString(file).strip());
            if (settings.keyFile().isEmpty()) {
                Files.writeString(file.resolveSibling("nix-cache-key.pub"), read.publicKey() + "\n");
            }
            key = read;
            return read;
        } catch (IOException | IllegalArgumentException unusable) {
            String reason = "the secret key of the binary cache, " + file + ", cannot be used: " + unusable.getMessage()
                    + " (cache.secret_key_file, signing.key_file)";
            throw new UncheckedIOException(reason, new IOException(reason, unusable));
        }
    }

    private static void make(Path file, String name) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Path fresh = Files.createTempFile(
                Objects.requireNonNull(file.getParent(), "no directory"),
                "nix-cache-key",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(fresh, SigningKey.generate(name).secretText() + "\n");
            // Another server of the same directory may have been first: its key counts.
            Files.createLink(file, fresh);
            log.info("a key for the binary cache was made; keep a copy of {}", file);
        } catch (FileAlreadyExistsException other) {
            log.debug("another server has made the key", other);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Where the secret is. */
    Path file() {
        var _ = key();
        return file;
    }

    /** For {@code trusted-public-keys}. */
    String publicKey() {
        return key().publicKey().toString();
    }

    String name() {
        return key().name();
    }

    /** The same with a signature by this key; one that it had by a key of this name is gone. */
    NarInfo sign(NarInfo info) {
        List<Signature> others = info.signatures().stream()
                .filter(signature -> !signature.key().equals(name()))
                .toList();
        return info.withSignatures(others).signedBy(key());
    }
}
