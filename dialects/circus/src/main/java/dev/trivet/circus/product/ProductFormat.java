package dev.trivet.circus.product;

import dev.trivet.nix.archive.Compression;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** The archives that a product can be had as. */
enum ProductFormat {
    NAR("nar", ".nar", "application/x-nix-nar"),
    TAR("tar", ".tar", "application/x-tar"),
    TAR_GZ("tar.gz", ".tar.gz", "application/gzip"),
    TAR_XZ("tar.xz", ".tar.xz", "application/x-xz"),
    TAR_ZST("tar.zst", ".tar.zst", "application/zstd");

    /** The higher ones of xz take much memory for each download. */
    private static final int XZ_LEVEL = 1;

    private final String word;
    private final String extension;
    private final String contentType;

    ProductFormat(String word, String extension, String contentType) {
        this.word = word;
        this.extension = extension;
        this.contentType = contentType;
    }

    static Optional<ProductFormat> named(String word) {
        return Stream.of(values()).filter(format -> format.word.equals(word)).findFirst();
    }

    /** All the words, for people. */
    static String words() {
        return Stream.of(values()).map(ProductFormat::word).collect(Collectors.joining(", "));
    }

    String word() {
        return word;
    }

    String extension() {
        return extension;
    }

    String contentType() {
        return contentType;
    }

    boolean isTar() {
        return this != NAR;
    }

    /** A stream that compresses; closing it ends the compressed bytes and closes the target. */
    OutputStream compressed(OutputStream target) throws IOException {
        return switch (this) {
            case NAR, TAR -> target;
            case TAR_GZ -> new GZIPOutputStream(target, 1 << 16);
            case TAR_XZ -> Compression.XZ.compress(target, XZ_LEVEL);
            case TAR_ZST -> Compression.ZSTD.compress(target, Compression.ZSTD.usualLevel());
        };
    }
}
