package dev.trivet.cli.command;

import dev.trivet.cli.output.Amounts;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.server.DataArchive;
import dev.trivet.server.Settings;
import dev.trivet.server.Storage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code db}: what an operator does with all that a server keeps. */
@Command(
        name = "db",
        description = "Back up, restore or migrate what a server keeps.",
        synopsisSubcommandLabel = "COMMAND")
final class DatabaseCommand extends CommandGroup {
    private final Surroundings surroundings;

    DatabaseCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "backup",
            mixinStandardHelpOptions = true,
            description =
                    "Write the database, the logs and the artifacts into one tar file. The server may be at work.")
    int backup(
            @Mixin AdministrationOptions options,
            @Parameters(paramLabel = "FILE", description = "The archive; it is there only when it is complete.")
                    Path file)
            throws Exception {
        Settings settings = options.settings(surroundings);
        Path target = surroundings.workingDirectory().resolve(file);
        Path part = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
        DataArchive.Content content;
        try (Storage storage = Storage.visit(settings);
                OutputStream out = new BufferedOutputStream(create(part))) {
            content = new DataArchive(settings.data(), surroundings.clock()).write(storage.database(), out);
            out.flush();
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        settings.s3()
                .ifPresent(s3 -> surroundings
                        .output()
                        .say("the artifacts are not in the archive: they stay in the " + s3.place()
                                + ", back that up beside it"));
        return told(options, "saved", file, content, Files.size(target));
    }

    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description =
                    "Fill a new data directory, or an empty database, from an archive. The server must not be at work.")
    int restore(
            @Mixin AdministrationOptions options,
            @Parameters(paramLabel = "FILE", description = "The archive; - is standard input.") Path file)
            throws Exception {
        Settings settings = options.settings(surroundings);
        DataArchive.Content content;
        try (InputStream in = new BufferedInputStream(open(file));
                Storage storage = Storage.visit(settings)) {
            content = new DataArchive(settings.data(), surroundings.clock()).read(in, storage.database());
        }
        return told(options, "restored", settings.data(), content, 0);
    }

    @Command(
            name = "migrate",
            mixinStandardHelpOptions = true,
            description = "Bring the tables to what this version needs. A server does it at its start too.")
    int migrate(@Mixin AdministrationOptions options) throws Exception {
        try (Storage storage = Storage.visit(options.settings(surroundings))) {
            Storage.MIGRATIONS.migrate(storage.database().config());
        }
        if (options.json()) {
            surroundings.output().json(Map.of("migrated", true));
        } else {
            surroundings.output().line("the tables are up to date");
        }
        return ExitCode.SUCCESS;
    }

    private InputStream open(Path file) throws IOException, CommandException {
        if (file.toString().equals("-")) {
            return surroundings.input();
        }
        try {
            return Files.newInputStream(surroundings.workingDirectory().resolve(file));
        } catch (NoSuchFileException e) {
            throw CommandException.usage("there is no file " + file);
        }
    }

    /** For the owner alone from the first byte: everybody's logs are in it. */
    private static OutputStream create(Path file) throws IOException, CommandException {
        try {
            return Channels.newOutputStream(Files.newByteChannel(
                    file,
                    EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
        } catch (NoSuchFileException e) {
            throw CommandException.usage("there is no folder " + file.getParent());
        }
    }

    private int told(AdministrationOptions options, String done, Path where, DataArchive.Content content, long bytes) {
        if (options.json()) {
            surroundings
                    .output()
                    .json(Map.of(done, where.toString(), "rows", content.rows(), "files", content.files()));
        } else {
            surroundings
                    .output()
                    .line(done + " " + where + ": " + content.rows() + " rows and " + content.files() + " files"
                            + (bytes == 0 ? "" : ", " + Amounts.bytes(bytes)));
        }
        return ExitCode.SUCCESS;
    }
}
