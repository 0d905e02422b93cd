package dev.trivet.cli.command;

import dev.trivet.cli.output.Amounts;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Style;
import dev.trivet.cli.output.Table;
import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.image.ImageCatalogue;
import dev.trivet.sandbox.image.ImageManifest;
import dev.trivet.sandbox.image.ImageRecipe;
import dev.trivet.server.Sandboxes;
import dev.trivet.server.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code image}: what jobs can run on. */
@Command(name = "image", description = "Look after the images that jobs run on.", synopsisSubcommandLabel = "COMMAND")
final class ImageCommand extends CommandGroup {
    private final Surroundings surroundings;

    ImageCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the images that are there, and those that can be built.")
    int list(@Mixin ImageOptions options) throws SandboxException {
        Output output = surroundings.output();
        ImageCatalogue catalogue = catalogue(options);
        List<ImageManifest> images = catalogue.list();
        if (options.json()) {
            output.json(Map.of(
                    "images", images.stream().map(ImageCommand::json).toList(), "buildable", catalogue.buildable()));
            return ExitCode.SUCCESS;
        }
        var table = new Table("IMAGE", "ALSO", "ARCH", "SIZE", "MADE", "FROM");
        images.forEach(image -> table.row(
                image.name(),
                String.join(" ", image.aliases()),
                image.arch(),
                Amounts.bytes(image.bytes()),
                image.made(),
                image.origin()));
        output.text(table.render(output.colours()));
        output.say("Can be built (trivet image build NAME): " + String.join(" ", catalogue.buildable()));
        return ExitCode.SUCCESS;
    }

    @Command(name = "build", mixinStandardHelpOptions = true, description = "Build an image, or renew it.")
    int build(
            @Mixin ImageOptions options,
            @Option(
                            names = "--from",
                            paramLabel = "PATH",
                            description = "A root file system: a folder, or a tar archive (plain, gzip, xz or zstd).")
                    @Nullable
                    Path from,
            @Parameters(paramLabel = "NAME", description = "Such as debian/trixie; with --from, any name.") String name)
            throws SandboxException, CommandException {
        Output output = surroundings.output();
        ImageCatalogue catalogue = catalogue(options);
        ImageManifest image = from == null
                ? catalogue.build(name, line -> output.say(Style.DIM, line))
                : catalogue.build(name, recipe(from), line -> output.say(Style.DIM, line));
        if (options.json()) {
            output.json(json(image));
        } else {
            output.line("built " + image.name() + ", " + Amounts.bytes(image.bytes()));
        }
        return ExitCode.SUCCESS;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Remove an image. The server must not be at work.")
    int remove(@Mixin ImageOptions options, @Parameters(paramLabel = "NAME", description = "The image.") String name)
            throws SandboxException {
        Settings settings = options.settings(surroundings);
        // Opened as a server opens it: nobody else can be at work then, and what snapshots stand on is known.
        try (Sandboxes sandboxes = Sandboxes.open(settings, surroundings.clock())) {
            var used = sandboxes.backends().imagesInUse();
            sandboxes.images().remove(name, root -> used.stream().anyMatch(digest -> standsOn(root, digest)));
        }
        if (options.json()) {
            surroundings.output().json(Map.of("removed", name));
        } else {
            surroundings.output().line("removed " + name);
        }
        return ExitCode.SUCCESS;
    }

    /** An image's folder ends with the beginning of its digest. */
    private static boolean standsOn(Path root, String digest) {
        Path folder = root.getParent();
        String name = folder == null ? "" : String.valueOf(folder.getFileName());
        int mark = name.lastIndexOf('~');
        return mark >= 0 && digest.startsWith(name.substring(mark + 1));
    }

    private ImageCatalogue catalogue(ImageOptions options) throws SandboxException {
        return Sandboxes.catalogue(options.settings(surroundings), surroundings.clock());
    }

    private ImageRecipe recipe(Path from) throws CommandException {
        Path path = surroundings.workingDirectory().resolve(from);
        if (Files.isDirectory(path)) {
            return new ImageRecipe.Directory(path);
        }
        if (Files.isReadable(path)) {
            return new ImageRecipe.Tarball(path);
        }
        throw CommandException.usage("there is no file or folder " + from + " that can be read");
    }

    private static Map<String, Object> json(ImageManifest image) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", image.name());
        json.put("aliases", image.aliases());
        json.put("distribution", image.distribution());
        json.put("arch", image.arch());
        json.put("digest", image.digest());
        json.put("bytes", image.bytes());
        json.put("made", image.made().toString());
        json.put("origin", image.origin());
        return json;
    }
}
