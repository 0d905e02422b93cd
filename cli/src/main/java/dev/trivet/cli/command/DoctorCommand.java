package dev.trivet.cli.command;

import dev.trivet.blobs.BlobException;
import dev.trivet.blobs.s3.S3BlobStore;
import dev.trivet.blobs.s3.S3Settings;
import dev.trivet.cli.house.TemporaryFolder;
import dev.trivet.cli.output.Amounts;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.sandbox.Probe;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.server.Sandboxes;
import dev.trivet.server.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doctor}: what this machine can do, found out by doing it, and how to get the rest. Changes nothing. */
@Command(
        name = "doctor",
        description = "Try out what this machine can do, and say how to get the rest.",
        footer = {"", "Exit code: 0 when builds can run here, 1 when they cannot."})
final class DoctorCommand implements Callable<Integer> {
    private static final long LITTLE_SPACE = 2L << 30;

    private final Surroundings surroundings;

    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = storage.settings(surroundings, null);
        List<Probe> probes = new ArrayList<>();
        probes.add(machine(settings));
        probes.addAll(sandboxes(settings));
        boolean usable = probes.stream().skip(1).anyMatch(Probe::usable)
                && probes.getFirst().usable();
        if (json.wanted()) {
            surroundings
                    .output()
                    .json(Map.of(
                            "usable",
                            usable,
                            "probes",
                            probes.stream().map(DoctorCommand::json).toList()));
        } else {
            print(probes, usable);
        }
        return usable ? ExitCode.SUCCESS : ExitCode.FAILED;
    }

    /** Tried beside the data directory, on the same file system, as a server may be at work in it. */
    private List<Probe> sandboxes(Settings settings) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.in(existing(settings.data()), ".trivet-doctor")) {
            Settings apart = Settings.read(
                    new Settings.Options(null, folder.path(), null, null, settings.images(), false),
                    surroundings.environment());
            try (Sandboxes sandboxes = Sandboxes.open(apart, surroundings.clock())) {
                return sandboxes.backends().probes();
            } catch (SandboxException e) {
                String message = String.valueOf(e.getMessage());
                return List.of(new Probe("sandboxes", false, List.of(new Probe.Check("basics", false, message, null))));
            }
        }
    }

    private static Probe machine(Settings settings) throws IOException {
        List<Probe.Check> checks = new ArrayList<>();
        checks.add(new Probe.Check(
                "Java",
                true,
                System.getProperty("java.version", "?") + " in " + System.getProperty("java.home", "?"),
                null));
        Path disk = existing(settings.data());
        long space = Files.getFileStore(disk).getUsableSpace();
        checks.add(new Probe.Check(
                "disk",
                space >= LITTLE_SPACE,
                Amounts.bytes(space) + " free at " + settings.data(),
                space >= LITTLE_SPACE ? null : "free some space, or name another place by --data"));
        boolean writable = Files.isWritable(disk);
        checks.add(new Probe.Check(
                "data directory",
                writable,
                disk + (writable ? " can be written" : " cannot be written"),
                writable ? null : "name another one by --data"));
        boolean stored = settings.s3().map(s3 -> bucket(s3, checks)).orElse(true);
        return new Probe("machine", writable && stored, checks);
    }

    private static boolean bucket(S3Settings s3, List<Probe.Check> checks) {
        try {
            S3BlobStore.check(s3);
            checks.add(new Probe.Check("blobs", true, s3.place() + " can be listed and written", null));
            return true;
        } catch (BlobException refused) {
            checks.add(new Probe.Check(
                    "blobs", false, String.valueOf(refused.getMessage()), "see blobs.md, and the message above"));
            return false;
        }
    }

    /** The folder itself, or the nearest one above it that is there. */
    private static Path existing(Path path) {
        Path at = path;
        while (!Files.isDirectory(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    private void print(List<Probe> probes, boolean usable) {
        Output output = surroundings.output();
        var table = new Table("PART", "CHECK", "RESULT", "SEEN");
        List<String> remedies = new ArrayList<>();
        for (Probe probe : probes) {
            for (Probe.Check check : probe.checks()) {
                table.row(
                        probe.backend(),
                        check.name(),
                        check.passed() ? Table.styled(Style.GREEN, "ok") : Table.styled(Style.RED, "missing"),
                        Table.shorten(check.detail(), 160));
                if (check.remedy() != null) {
                    remedies.add(probe.backend() + ", " + check.name() + ": " + check.remedy());
                }
            }
        }
        output.text(table.render(output.colours()));
        if (!remedies.isEmpty()) {
            output.line("\nTo get the rest:");
            remedies.forEach(remedy -> output.line("  " + Table.printable(remedy)));
        }
        output.line(
                usable
                        ? output.styled(Style.GREEN, "\nBuilds can run here.")
                        : output.styled(Style.RED, "\nBuilds cannot run here yet."));
    }

    private static Map<String, Object> json(Probe probe) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("part", probe.backend());
        json.put("usable", probe.usable());
        json.put("checks", probe.checks().stream().map(DoctorCommand::json).toList());
        return json;
    }

    private static Map<String, @Nullable Object> json(Probe.Check check) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", check.name());
        json.put("passed", check.passed());
        json.put("detail", check.detail());
        json.put("remedy", check.remedy());
        return json;
    }
}
