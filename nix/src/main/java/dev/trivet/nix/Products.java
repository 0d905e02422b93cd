package dev.trivet.nix;

import dev.trivet.nix.BuildResult.Metric;
import dev.trivet.nix.BuildResult.Product;
import dev.trivet.nix.BuildResult.Release;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a build's output says of itself: its products, its name, its metrics, and whether it is a failure that could be kept. */
final class Products {
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(?:\"([^\"]*)\"|(\\S+))(?:\\s+(\\S+))?");
    private static final Pattern RELEASE = Pattern.compile("[0-9A-Za-z._-]{1,255}");
    private static final Pattern METRIC = Pattern.compile(
            "([\\w.:/-]{1,128})\\s+(-?\\d{1,18}(?:\\.\\d{1,18})?(?:[eE][+-]?\\d{1,2})?)(?:\\s+(\\S{1,32}))?");
    private static final int MOST = 1000;
    private static final long LARGEST = 1 << 20;

    private Products() {}

    /** Whether the build says that it failed although its outputs are there. */
    static boolean isFailure(String output) {
        return Files.exists(Path.of(output, "nix-support", "failed"), LinkOption.NOFOLLOW_LINKS);
    }

    /** What {@code nix-support/hydra-build-products} lists, as far as it is in the store. */
    static List<Product> of(Nix nix, String output) {
        List<Product> products = new ArrayList<>();
        for (String line : lines(nix, output, "hydra-build-products")) {
            try {
                product(nix, line).ifPresent(products::add);
            } catch (IOException unreadable) {
                return products;
            }
        }
        return products;
    }

    /** What an output is if it is a file, or a link to one in the store; otherwise null. */
    static @Nullable FileFacts file(Nix nix, String output) {
        try {
            Path path = Path.of(output).toRealPath();
            boolean file = path.startsWith(nix.storeDirectory().toRealPath()) && Files.isRegularFile(path);
            return file ? FileFacts.of(path) : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** The name that the first line of {@code nix-support/hydra-release-name} gives. */
    static Optional<Release> release(Nix nix, String output) {
        return lines(nix, output, "hydra-release-name").stream()
                .map(String::strip)
                .filter(name -> RELEASE.matcher(name).matches())
                .findFirst()
                .map(Release::new);
    }

    /** What {@code nix-support/hydra-metrics} lists: a name, a number and perhaps a unit in each line. */
    static List<Metric> metrics(Nix nix, String output) {
        List<Metric> metrics = new ArrayList<>();
        for (String line : lines(nix, output, "hydra-metrics")) {
            Matcher words = METRIC.matcher(line.strip());
            if (words.matches()) {
                metrics.add(new Metric(
                        words.group(1),
                        Double.parseDouble(words.group(2)),
                        words.group(3) == null ? "" : words.group(3)));
            }
        }
        return metrics;
    }

    /** The first lines of a file of nix-support; none of one that is not there, is no text or leads out of the store. */
    private static List<String> lines(Nix nix, String output, String file) {
        try {
            Path path = Path.of(output, "nix-support", file).toRealPath();
            if (!path.startsWith(nix.storeDirectory().toRealPath())
                    || !Files.isRegularFile(path)
                    || Files.size(path) > LARGEST) {
                return List.of();
            }
            return new String(Files.readAllBytes(path), StandardCharsets.UTF_8)
                    .lines()
                    .limit(MOST)
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static Optional<Product> product(Nix nix, String line) throws IOException {
        Matcher words = LINE.matcher(line.strip());
        if (!words.matches()) {
            return Optional.empty();
        }
        String named = words.group(3) == null ? words.group(4) : words.group(3);
        try {
            // A link out of the store would show a file of the machine.
            Path path = Path.of(named).toRealPath();
            if (!path.startsWith(nix.storeDirectory().toRealPath())) {
                return Optional.empty();
            }
            boolean directory = Files.isDirectory(path);
            FileFacts file = Files.isRegularFile(path) ? FileFacts.of(path) : null;
            return Optional.of(new Product(
                    words.group(1),
                    words.group(2),
                    path.toString(),
                    String.valueOf(Path.of(named).normalize().getFileName()),
                    file == null ? 0 : file.size(),
                    directory,
                    file == null ? null : file.sha256()));
        } catch (InvalidPathException | java.nio.file.NoSuchFileException absent) {
            return Optional.empty();
        }
    }
}
