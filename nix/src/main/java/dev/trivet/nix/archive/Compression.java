package dev.trivet.nix.archive;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** How an archive's file is compressed (spec circus section 7). Brotli is not among them: no library of its own writes it. */
public enum Compression {
    NONE("none", "", "application/x-nix-nar"),
    ZSTD("zstd", ".zst", "application/zstd"),
    XZ("xz", ".xz", "application/x-xz"),
    BZIP2("bzip2", ".bz2", "application/x-bzip2");

    private static final int MOST_MEMORY_KIB = 100 << 10;

    private final String word;
    private final String extension;
    private final String mediaType;

    Compression(String word, String extension, String mediaType) {
        this.word = word;
        this.extension = extension;
        this.mediaType = mediaType;
    }

    /** @throws IllegalArgumentException for a word that is none of those that narinfo files use here */
    public static Compression of(String word) {
        return named(word)
                .orElseThrow(() -> new IllegalArgumentException("archives are compressed by "
                        + Stream.of(values()).map(Compression::word).collect(Collectors.joining(", ")) + ", not by '"
                        + word + "'"));
    }

    /** The compression that narinfo files name so. */
    public static Optional<Compression> named(String word) {
        return Stream.of(values()).filter(one -> one.word.equals(word)).findFirst();
    }

    /** As in narinfo files. */
    public String word() {
        return word;
    }

    /** What follows after {@code .nar}. */
    public String extension() {
        return extension;
    }

    /** The media type of such a file. */
    public String mediaType() {
        return mediaType;
    }

    /**
     * A stream that passes on what it is given, compressed. Closing it closes the target.
     *
     * @param level of zstd (1 to 19) or xz (0 to 9); others have none
     */
    public OutputStream compress(OutputStream target, int level) throws IOException {
        return switch (this) {
            case NONE -> target;
            case ZSTD -> new ZstdOutputStream(target, level).setChecksum(true);
            case XZ -> new XZOutputStream(target, new LZMA2Options(Math.clamp(level, 0, 9)));
            case BZIP2 -> new BZip2CompressorOutputStream(target);
        };
    }

    /** The usual level: quick for zstd, the usual one of xz. */
    public int usualLevel() {
        return switch (this) {
            case ZSTD -> 3;
            case XZ -> 6;
            case NONE, BZIP2 -> 0;
        };
    }

    /** What such a file holds. How much comes out is the reader's to bound; memory is bounded here. Closing it closes the source. */
    public InputStream decompress(InputStream source) throws IOException {
        return switch (this) {
            case NONE -> source;
            case ZSTD -> new ZstdInputStream(source);
            case XZ -> new XZInputStream(source, MOST_MEMORY_KIB);
            case BZIP2 -> new BZip2CompressorInputStream(source, true);
        };
    }
}
