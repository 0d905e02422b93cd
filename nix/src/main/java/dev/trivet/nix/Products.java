package dev.trivet.nix;

import dev.trivet.nix.BuildResult.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a build's output says of itself: its products, and whether it is a failure that could be kept. */
final class Products {
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(?:\"([^\"]*)\"|(\\S+))(?:\\s+(\\S+))?");
    private static final int MOST = 1000;
    private static final long LARGEST = 1 << 20;

    private Products() {}

    /** Whether the build says that it failed although its outputs are there. */
    static boolean isFailure(String output) {
        return Files.exists(Path.of(output, "nix-support", "failed"), LinkOption.NOFOLLOW_LINKS);
    }

    /** What {@code nix-support/hydra-build-products} lists, as far as it is in the store. */
    static List<Product> of(Nix nix, String output) {
        Path list = Path.of(output, "nix-support", "hydra-build-products");
        List<Product> products = new ArrayList<>();
        try {
            if (!Files.isRegularFile(list) || Files.size(list) > LARGEST) {
                return List.of();
            }
            for (String line : Files.readAllLines(list)) {
                if (products.size() < MOST) {
                    product(nix, line).ifPresent(products::add);
                }
            }
        } catch (IOException unreadable) {
            return products;
        }
        return products;
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
            String name = String.valueOf(path.getFileName());
            return Optional.of(new Product(
                    words.group(1),
                    words.group(2),
                    path.toString(),
                    name,
                    directory ? 0 : Files.size(path),
                    directory));
        } catch (InvalidPathException | java.nio.file.NoSuchFileException absent) {
            return Optional.empty();
        }
    }
}
