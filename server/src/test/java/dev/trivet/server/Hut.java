package dev.trivet.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The real {@code hut}, SourceHut's command line: the machine's own, or that of Debian's package, which is unpacked and not installed. */
final class Hut {
    private static final String SUITE = "trixie";

    private final Path program;
    private final Path configuration;
    private final Path directory;

    private Hut(Path program, Path configuration, Path directory) {
        this.program = program;
        this.configuration = configuration;
        this.directory = directory;
    }

    /** How a command ended. */
    record Ended(int code, String output) {}

    /**
     * The program, set up for this server; empty if the machine has none and its mirror does not give it either.
     *
     * @param directory for itself
     */
    static Optional<Hut> at(URI server, String token, Path directory) throws IOException, InterruptedException {
        Optional<Path> program = installed().or(() -> unpacked(directory));
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Path configuration = directory.resolve("hut.conf");
        Files.writeString(configuration, """
                instance "localhost" {
                    access-token "%s"
                    builds {
                        origin "%s"
                    }
                }
                """.formatted(token, server.toString().replaceFirst("/$", "")));
        Files.setPosixFilePermissions(configuration, PosixFilePermissions.fromString("rw-------"));
        return Optional.of(new Hut(program.get(), configuration, directory));
    }

    /** {@code hut builds …}; its output and errors in one. */
    Ended builds(String... arguments) throws IOException, InterruptedException {
        return run(
                directory,
                Stream.concat(
                                Stream.of(program.toString(), "--config", configuration.toString(), "builds"),
                                Stream.of(arguments))
                        .toList());
    }

    private static Optional<Path> installed() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(entry -> Path.of(entry, "hut"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> unpacked(Path directory) {
        try {
            Path sources = Files.writeString(directory.resolve("sources.list"), "");
            Files.createDirectories(directory.resolve("lists/partial"));
            Files.createDirectories(directory.resolve("cache/archives/partial"));
            for (String mirror : mirrors(directory)) {
                Files.writeString(sources, "deb " + mirror + " " + SUITE + " main\n");
                if (apt(directory, sources, "update") && apt(directory, sources, "download", "hut")) {
                    return unpack(directory);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Where the machine has its own packages from. */
    private static List<String> mirrors(Path directory) throws IOException, InterruptedException {
        return run(directory, List.of("apt-get", "indextargets", "--format", "$(REPO_URI)"))
                .output()
                .lines()
                .filter(line -> line.endsWith("/debian/"))
                .distinct()
                .toList();
    }

    private static boolean apt(Path directory, Path sources, String... command)
            throws IOException, InterruptedException {
        List<String> options = Stream.of(
                        "Dir::Etc::SourceList=" + sources,
                        "Dir::Etc::SourceParts=/dev/null",
                        "Dir::State::Lists=" + directory.resolve("lists"),
                        "Dir::Cache=" + directory.resolve("cache"),
                        "APT::Sandbox::User=root",
                        "Acquire::Retries=2")
                .flatMap(option -> Stream.of("-o", option))
                .toList();
        return run(
                                directory,
                                Stream.of(Stream.of("apt-get", "-q"), options.stream(), Stream.of(command))
                                        .flatMap(words -> words)
                                        .toList())
                        .code()
                == 0;
    }

    private static Optional<Path> unpack(Path directory) throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".deb")).toList()) {
                Path target = directory.resolve("hut");
                if (run(directory, List.of("dpkg-deb", "-x", file.toString(), target.toString()))
                                .code()
                        == 0) {
                    return Optional.of(target.resolve("usr/bin/hut")).filter(Files::isExecutable);
                }
            }
        }
        return Optional.empty();
    }

    private static Ended run(Path directory, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            return new Ended(127, String.valueOf(e.getMessage()));
        }
        process.getOutputStream().close();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Ended(124, Files.readString(output));
        }
        return new Ended(process.exitValue(), Files.readString(output));
    }
}
