package dev.trivet.circus.cache;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * How archives are compressed. Immutable, thread-safe.
 *
 * @param name as narinfos say it
 * @param suffix of file names
 */
record ArchiveCompression(String name, String suffix, Optional<Integer> level) {
    /** @throws IllegalArgumentException for one that there is not */
    static ArchiveCompression named(String name, Optional<Integer> level) {
        String suffix = switch (name) {
            case "zstd" -> ".zst";
            case "xz" -> ".xz";
            case "bzip2" -> ".bz2";
            case "none" -> "";
            default ->
                throw new IllegalArgumentException("archives are compressed by zstd, xz, bzip2 or none, not " + name);
        };
        return new ArchiveCompression(name, suffix, level);
    }

    /** A stream that compresses what is written to it; closing it closes the other. */
    OutputStream into(OutputStream out) throws IOException {
        return switch (name) {
            case "zstd" -> {
                var stream = new ZstdOutputStreamNoFinalizer(out);
                if (level.isPresent()) {
                    stream.setLevel(level.get());
                }
                yield stream;
            }
            case "xz" -> new XZOutputStream(out, new LZMA2Options(Math.clamp(level.orElse(6), 0, 9)));
            case "bzip2" -> new BZip2CompressorOutputStream(out, Math.clamp(level.orElse(9), 1, 9));
            default ->
                new FilterOutputStream(out) {
                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        out.write(bytes, offset, length);
                    }
                };
        };
    }
}
