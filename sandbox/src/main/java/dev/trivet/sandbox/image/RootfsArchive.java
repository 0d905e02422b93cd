package dev.trivet.sandbox.image;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** Root file systems as tar archives: opens one, whatever it is compressed with (its content tells, not its name), and makes one. */
final class RootfsArchive {
    private static final byte[] GZIP = HexFormat.of().parseHex("1f8b");
    private static final byte[] XZ = HexFormat.of().parseHex("fd377a585a00");
    private static final byte[] ZSTD = HexFormat.of().parseHex("28b52ffd");
    private static final int XZ_MEMORY_KIB = 256 << 10;

    private RootfsArchive() {}

    static InputStream open(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IOException("there is no readable archive " + file);
        }
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(64);
            byte[] start = in.readNBytes(XZ.length);
            in.reset();
            if (startsWith(start, GZIP)) {
                return new GZIPInputStream(in, 1 << 16);
            }
            if (startsWith(start, XZ)) {
                return new XZInputStream(in, XZ_MEMORY_KIB);
            }
            if (startsWith(start, ZSTD)) {
                return new ZstdInputStream(in);
            }
            return in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** The command that writes a directory as a tar archive to its standard output. */
    static List<String> packing(Path directory) {
        return List.of(
                "tar",
                "--create",
                "--file=-",
                "--numeric-owner",
                "--one-file-system",
                "--sort=name",
                "--directory=" + directory.toAbsolutePath(),
                ".");
    }

    private static boolean startsWith(byte[] start, byte[] magic) {
        return start.length >= magic.length && Arrays.equals(Arrays.copyOf(start, magic.length), magic);
    }
}
