package dev.trivet.nix.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;

/** Trees that nobody would make by hand, always the same for the same number. */
final class Trees {
    private static final String[] NAMES = {
        "a",
        "b",
        "B",
        "a.b",
        "a-b",
        "a b",
        "é",
        "日本",
        "z\"q",
        "new\nline",
        "~",
        "-x",
        ".hidden",
        "...",
        "x".repeat(200),
        "ab",
        "a\u007f"
    };

    private final Random random;
    private int left;

    private Trees(long seed, int most) {
        this.random = new Random(seed);
        this.left = most;
    }

    /** Makes a tree at a place that does not exist. */
    static Path make(Path at, long seed) throws IOException {
        new Trees(seed, 60).node(at, 0);
        return at;
    }

    private void node(Path at, int depth) throws IOException {
        left--;
        int kind = random.nextInt(10);
        if (depth == 0 ? kind < 8 : kind < 3 && depth < 6) {
            Files.createDirectory(at);
            int entries = random.nextInt(8);
            for (int i = 0; i < entries && left > 0; i++) {
                try {
                    node(RawNames.in(at, name()), depth + 1);
                } catch (FileAlreadyExistsException again) {
                    left++;
                }
            }
        } else if (kind < 5) {
            Files.createSymbolicLink(at, RawNames.path(target()));
        } else {
            byte[] content = new byte[size()];
            random.nextBytes(content);
            Files.write(at, content, StandardOpenOption.CREATE_NEW);
            Files.setPosixFilePermissions(
                    at,
                    PosixFilePermissions.fromString(
                            switch (random.nextInt(4)) {
                                case 0 -> "rwxr-xr-x";
                                case 1 -> "r--r--r--";
                                case 2 -> "rw-rwxrwx";
                                default -> "rw-r--r--";
                            }));
        }
    }

    /** Some are no UTF-8. */
    private byte[] name() {
        return random.nextInt(8) == 0
                ? new byte[] {'n', (byte) 0xff, (byte) (0x80 + random.nextInt(64))}
                : NAMES[random.nextInt(NAMES.length)].getBytes(StandardCharsets.UTF_8);
    }

    private byte[] target() {
        return switch (random.nextInt(6)) {
            case 0 -> "/etc".getBytes(StandardCharsets.UTF_8);
            case 1 -> "/nowhere/at all".getBytes(StandardCharsets.UTF_8);
            case 2 -> "..".getBytes(StandardCharsets.UTF_8);
            case 3 -> new byte[] {'x', (byte) 0xfe};
            case 4 -> "../../etc/passwd".getBytes(StandardCharsets.UTF_8);
            default -> NAMES[random.nextInt(NAMES.length)].getBytes(StandardCharsets.UTF_8);
        };
    }

    private int size() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextInt(16);
            case 2 -> 8 * random.nextInt(100);
            case 3 -> (1 << 17) + random.nextInt(3) - 1;
            case 4 -> random.nextInt(400_000);
            default -> random.nextInt(5000);
        };
    }
}
