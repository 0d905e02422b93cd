package dev.trivet.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once per version out of the jar that Maven brought. Several processes may do so at once: each unpacks beside,
 * and the first one's rename wins.
 */
final class PostgresPrograms {

    private final Path home;
    private final String version;

    private PostgresPrograms(Path home, String version) {
        this.home = home;
        this.version = version;
    }

    /** Finds or makes {@code <cache>/postgresql-<version>}. */
    static PostgresPrograms unpacked(Path cache) throws IOException {
        String version = bundledVersion();
        Path home = cache.toAbsolutePath().resolve("postgresql-" + version);
        if (!Files.isExecutable(home.resolve("bin/postgres"))) {
            unpack(home);
        }
        return new PostgresPrograms(home, version);
    }

    /** Programs that are installed already, below {@code home/bin}. */
    static PostgresPrograms installed(Path home, String version) {
        return new PostgresPrograms(home, version);
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** The number before the first dot: data directories of another one cannot be opened. */
    String major() {
        int dot = version.indexOf('.');
        return dot < 0 ? version : version.substring(0, dot);
    }

    private static String bundledVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = resource("/dev/trivet/store/postgres.properties")) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }

    private static void unpack(Path home) throws IOException {
        Path parent = Files.createDirectories(home.resolveSibling("."));
        Path fresh = Files.createTempDirectory(parent.normalize(), "unpacking-");
        try {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (InputStream in = resource("/postgres-linux-" + architecture() + ".txz");
                    TarArchiveInputStream tar =
                            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in, 1 << 16)))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    write(entry, tar, fresh);
                }
            }
            Files.move(fresh, home);
        } catch (FileSystemException e) {
            if (!(e instanceof FileAlreadyExistsException) && !Files.isExecutable(home.resolve("bin/postgres"))) {
                throw e;
            }
        } finally {
            delete(fresh);
        }
    }

    private static void write(TarArchiveEntry entry, InputStream content, Path target) throws IOException {
        Path file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
            throw new IOException("The PostgreSQL archive names a file outside itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.resolveSibling(".").normalize());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, file);
        boolean executable = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = PostgresPrograms.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException(
                    "This build carries no PostgreSQL for "
                            + System.getProperty("os.name") + " " + architecture() + " (" + name
                            + " is not on the class path); give it yours with --database postgresql://user:password@host/database");
        }
        return in;
    }

    private static String architecture() {
        String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> name;
        };
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
