package dev.trivet.nix.archive;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The names of files as the bytes that they are. Texts would do only where the process runs in a locale of UTF-8 and everybody names files so;
 * the address of a path has each byte, whatever the locale.
 */
final class RawNames {
    private static final String UNRESERVED = "-._~";
    private static final Path NOWHERE = Path.of("/");

    private RawNames() {}

    /** The last name of a path. */
    static byte[] ofFile(Path path) {
        byte[] whole = bytes(path);
        int end = whole.length > 1 && whole[whole.length - 1] == '/' ? whole.length - 1 : whole.length;
        int slash = end - 1;
        while (slash >= 0 && whole[slash] != '/') {
            slash--;
        }
        return Arrays.copyOfRange(whole, slash + 1, end);
    }

    /** What a symbolic link says. */
    static byte[] ofTarget(Path target) {
        byte[] whole = bytes(target.isAbsolute() ? target : NOWHERE.resolve(target));
        // The address of an existing directory ends with a slash that the target may not have.
        boolean added = whole.length > 1
                && whole[whole.length - 1] == '/'
                && !target.toString().endsWith("/");
        int end = added ? whole.length - 1 : whole.length;
        return Arrays.copyOfRange(whole, target.isAbsolute() ? 0 : 1, end);
    }

    /** The file of this name in a directory. */
    static Path in(Path directory, byte[] name) {
        return directory.resolve(relative(name));
    }

    /** A path of these bytes, absolute or relative. Java leaves out what is redundant in it: slashes that follow another, or are the last. */
    static Path path(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == '/' ? absolute(bytes, "") : relative(bytes);
    }

    private static Path relative(byte[] bytes) {
        Path below = absolute(bytes, "/");
        return below.getNameCount() == 0 ? below : below.subpath(0, below.getNameCount());
    }

    private static Path absolute(byte[] bytes, String before) {
        StringBuilder address = new StringBuilder("file://").append(before);
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '/'
                    || UNRESERVED.indexOf(c) >= 0;
            if (plain) {
                address.append(c);
            } else {
                address.append(String.format("%%%02X", (int) c));
            }
        }
        return Path.of(URI.create(address.toString()));
    }

    private static byte[] bytes(Path path) {
        String address = path.toUri().getRawPath();
        var bytes = new ByteArrayOutputStream(address.length());
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(address, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }

    /** For people. */
    static String shown(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }
}
