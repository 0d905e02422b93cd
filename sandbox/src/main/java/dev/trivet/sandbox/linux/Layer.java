package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.image.Image;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A frozen writable layer. One file beside its bytes says what it stands on, so that counts of references can be made anew from the
 * disk at any start.
 *
 * @param id its name on disk and for callers
 * @param parent the layer below it, or null when it stands on the image itself
 * @param depth layers from the image up to this one, at least 1
 * @param released whether its holder has let it go: it stays only as long as something stands on it
 * @param boot the boot in which it was frozen, or null once its bytes are known to be on the disk
 * @param complete whether it holds everything itself, so that the image below is not mounted
 * @param image what is below the lowest layer
 */
record Layer(
        String id,
        @Nullable String parent,
        int depth,
        boolean released,
        @Nullable String boot,
        boolean complete,
        Image image) {
    static final String FILE = "layer.properties";

    Layer release() {
        return new Layer(id, parent, depth, true, boot, complete, image);
    }

    Layer durable() {
        return new Layer(id, parent, depth, released, null, complete, image);
    }

    void write(Path directory) throws IOException {
        var properties = new Properties();
        if (parent != null) {
            properties.setProperty("parent", parent);
        }
        if (boot != null) {
            properties.setProperty("boot", boot);
        }
        properties.setProperty("depth", String.valueOf(depth));
        properties.setProperty("released", String.valueOf(released));
        properties.setProperty("complete", String.valueOf(complete));
        properties.setProperty("image", image.name());
        properties.setProperty("digest", image.digest());
        putPaths(properties, "lower", image.lowers());
        properties.setProperty("parts", String.valueOf(image.parts().size()));
        for (int i = 0; i < image.parts().size(); i++) {
            properties.setProperty("part." + i + ".at", image.parts().get(i).at());
            putPaths(properties, "part." + i + ".lower", image.parts().get(i).lowers());
        }
        var text = new StringWriter();
        properties.store(text, null);
        var fresh = directory.resolve(FILE + ".new");
        Files.writeString(fresh, text.toString());
        Files.move(fresh, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** @throws IOException also when the file is damaged */
    static Layer read(Path directory) throws IOException {
        var properties = new Properties();
        properties.load(new StringReader(Files.readString(directory.resolve(FILE))));
        try {
            var parts = new ArrayList<Image.Part>();
            int count = Integer.parseInt(get(properties, "parts"));
            for (int i = 0; i < count; i++) {
                parts.add(new Image.Part(
                        get(properties, "part." + i + ".at"), paths(properties, "part." + i + ".lower")));
            }
            return new Layer(
                    String.valueOf(directory.getFileName()),
                    properties.getProperty("parent"),
                    Integer.parseInt(get(properties, "depth")),
                    Boolean.parseBoolean(get(properties, "released")),
                    properties.getProperty("boot"),
                    Boolean.parseBoolean(get(properties, "complete")),
                    new Image(get(properties, "image"), get(properties, "digest"), paths(properties, "lower"), parts));
        } catch (IllegalArgumentException e) {
            throw new IOException(directory.resolve(FILE) + " is damaged: " + e.getMessage(), e);
        }
    }

    private static void putPaths(Properties properties, String key, List<Path> paths) {
        properties.setProperty(key + "s", String.valueOf(paths.size()));
        for (int i = 0; i < paths.size(); i++) {
            properties.setProperty(key + "." + i, paths.get(i).toString());
        }
    }

    private static List<Path> paths(Properties properties, String key) {
        var paths = new ArrayList<Path>();
        int count = Integer.parseInt(get(properties, key + "s"));
        for (int i = 0; i < count; i++) {
            paths.add(Path.of(get(properties, key + "." + i)));
        }
        return paths;
    }

    private static String get(Properties properties, String key) {
        var value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return value;
    }
}
