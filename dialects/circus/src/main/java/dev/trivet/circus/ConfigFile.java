package dev.trivet.circus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Shows the server's configuration file without its secrets and replaces it as a whole. Thread-safe. */
final class ConfigFile {
    private static final Logger log = LoggerFactory.getLogger(ConfigFile.class);
    private static final int LONGEST = 1 << 20;
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private final ConfigAccess access;
    private final Object writing = new Object();

    ConfigFile(ConfigAccess access) {
        this.access = Objects.requireNonNull(access, "access is null");
    }

    /** Done when the new contents are durable beside the file, before they take its place. */
    @FunctionalInterface
    interface Before {
        void replacing(Path file, int bytes);
    }

    /**
     * What there is: {@code path}, {@code contents} without secrets, whether and why it cannot be changed.
     *
     * @throws dev.trivet.http.HttpException 500 if the file cannot be read, or is no TOML any more
     */
    Map<String, @Nullable Object> shown() {
        String contents = current().orElse(access.defaults());
        String masked;
        try {
            masked = MaskedToml.masked(contents);
        } catch (JacksonException | IllegalStateException unfit) {
            // Somebody changed it by hand. Without knowing where its secrets are, nothing of it can be shown or logged.
            log.warn("the configuration file cannot be shown: it is no TOML");
            throw CircusErrors.of(
                    ErrorCode.CONFIG_ERROR,
                    "the configuration file is no TOML at the moment; correct it on the server");
        }
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put(
                "path",
                access.file().map(file -> file.toAbsolutePath().toString()).orElse(""));
        shown.put("contents", masked);
        shown.put("requires_restart", true);
        Optional<String> reason = readOnlyReason();
        shown.put("editable", reason.isEmpty());
        shown.put("read_only_reason", reason.orElse(null));
        return shown;
    }

    /** Why it cannot be changed; empty if it can. */
    Optional<String> readOnlyReason() {
        if (!access.editor()) {
            return Optional.of("server.config_editor_enabled is not set");
        }
        if (access.file().isEmpty()) {
            return Optional.of("the server was started without --config, so there is no file");
        }
        Path directory = target(access.file().get()).getParent();
        return directory != null && Files.isWritable(directory)
                ? Optional.empty()
                : Optional.of("the server may not write to the directory of the file");
    }

    /**
     * Replaces it. A secret that is hidden stays what it is.
     *
     * @throws dev.trivet.http.HttpException 403 if it cannot be changed, 400 if the server could not start with it
     */
    void replace(String contents, Before before) {
        readOnlyReason().ifPresent(reason -> {
            throw CircusErrors.of(ErrorCode.FORBIDDEN, "the configuration cannot be changed here: " + reason);
        });
        if (contents.length() > LONGEST) {
            throw CircusErrors.invalid("contents", "expected at most " + LONGEST + " characters");
        }
        synchronized (writing) {
            String whole = whole(contents);
            access.check().complaint(whole).ifPresent(complaint -> {
                throw CircusErrors.invalid("contents", complaint);
            });
            write(target(access.file().orElseThrow()), whole.getBytes(StandardCharsets.UTF_8), before);
        }
    }

    private String whole(String contents) {
        try {
            MaskedToml.masked(contents);
        } catch (JacksonException malformed) {
            var place = malformed.getLocation();
            throw CircusErrors.invalid(
                    "contents",
                    "this is no TOML: " + malformed.getOriginalMessage()
                            + (place == null ? "" : " (line " + place.getLineNr() + ")"));
        } catch (IllegalStateException unfit) {
            throw CircusErrors.invalid(
                    "contents", "the places of its values cannot be told for certain; write it in plainer TOML");
        }
        try {
            return MaskedToml.unmasked(contents, current().orElse(""));
        } catch (JacksonException damaged) {
            // There are no secrets that could be kept, and this may be what repairs it.
            return MaskedToml.unmasked(contents, "");
        }
    }

    private Optional<String> current() {
        if (access.file().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(access.file().get()));
        } catch (NoSuchFileException removed) {
            return Optional.empty();
        } catch (IOException unreadable) {
            log.warn("the configuration file cannot be read: {}", unreadable.toString());
            throw CircusErrors.of(ErrorCode.CONFIG_ERROR, "the configuration file cannot be read");
        }
    }

    /** The file itself, where the path is a link to it. */
    private static Path target(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            return path.toAbsolutePath();
        }
    }

    private static void write(Path file, byte[] bytes, Before before) {
        Path directory = Objects.requireNonNull(file.getParent(), "the file has no directory");
        try {
            Path fresh = Files.createTempFile(
                    directory, ".trivet-config-", ".tmp", PosixFilePermissions.asFileAttribute(PRIVATE));
            try {
                try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                    var buffer = ByteBuffer.wrap(bytes);
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                    channel.force(true);
                }
                if (Files.exists(file)) {
                    dress(fresh, file);
                }
                before.replacing(file, bytes.length);
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("the configuration file cannot be written", failed);
        }
    }

    /** Gives the new file the group and the mode of the old one; nothing to the group if it has to be another. */
    private static void dress(Path fresh, Path old) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(old, PosixFileAttributes.class);
        Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
        mode.addAll(attributes.permissions());
        var view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
        if (!view.readAttributes().group().equals(attributes.group())) {
            try {
                view.setGroup(attributes.group());
            } catch (IOException refused) {
                log.warn("the configuration file's group {} cannot be kept", attributes.group());
                mode.removeAll(PosixFilePermissions.fromString("---rwx---"));
            }
        }
        view.setPermissions(mode);
    }
}
