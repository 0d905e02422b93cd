package dev.trivet.nix.archive;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a binary cache says of a path: the file {@code HASH.narinfo} (spec circus section 7).
 *
 * @param path the path
 * @param url of the archive, relative to the cache
 * @param compression of the archive's file, such as {@code zstd}; {@code none} for none
 * @param fileHash of the file as it is transferred, or null if it is not told
 * @param fileSize of the file as it is transferred, in bytes, or null
 * @param narHash of the archive
 * @param narSize of the archive in bytes
 * @param references base names of the paths that it needs, sorted, itself included if it refers to itself
 * @param deriver base name of the derivation that made it, or null
 * @param ca how its content decides its path, or null
 * @param signatures over its {@link #fingerprint}
 */
public record NarInfo(
        StorePath path,
        String url,
        String compression,
        @Nullable NixHash fileHash,
        @Nullable Long fileSize,
        NixHash narHash,
        long narSize,
        List<String> references,
        @Nullable String deriver,
        @Nullable String ca,
        List<Signature> signatures) {
    /** The media type of these files. */
    public static final String MEDIA_TYPE = "text/x-nix-narinfo";

    public NarInfo {
        Objects.requireNonNull(path, "path is null");
        Objects.requireNonNull(narHash, "narHash is null");
        line("URL", url);
        line("Compression", compression);
        line("CA", ca == null ? "" : ca);
        if (narSize <= 0) {
            throw new IllegalArgumentException("an archive has some bytes, not " + narSize);
        }
        for (String reference : references) {
            Objects.requireNonNull(StorePath.ofBaseName(path.store(), reference), "a reference is null");
        }
        references = List.copyOf(new TreeSet<>(references));
        signatures = List.copyOf(new LinkedHashSet<>(signatures));
    }

    private static void line(String name, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException(name + " is one line");
        }
    }

    /**
     * Reads a file.
     *
     * @param store whose paths these are
     * @throws IllegalArgumentException saying what is missing or wrong; other fields are passed over
     */
    public static NarInfo parse(String store, String text) {
        return NarInfoParser.parse(store, text);
    }

    /** What is signed: path, archive and references. */
    public String fingerprint() {
        return "1;" + path + ";" + narHash.nix32() + ";" + narSize + ";"
                + references.stream()
                        .map(reference -> path.store() + "/" + reference)
                        .collect(Collectors.joining(","));
    }

    /** With one more signature, unless it is there. */
    public NarInfo signedBy(SigningKey key) {
        List<Signature> more = new ArrayList<>(signatures);
        more.add(key.sign(fingerprint()));
        return withSignatures(more);
    }

    /** With these signatures instead. */
    public NarInfo withSignatures(List<Signature> others) {
        return new NarInfo(
                path, url, compression, fileHash, fileSize, narHash, narSize, references, deriver, ca, others);
    }

    /** The file's text. */
    public String text() {
        StringBuilder text = new StringBuilder(512);
        put(text, "StorePath", path.toString());
        put(text, "URL", url);
        put(text, "Compression", compression);
        if (fileHash != null) {
            put(text, "FileHash", fileHash.nix32());
        }
        if (fileSize != null) {
            put(text, "FileSize", fileSize.toString());
        }
        put(text, "NarHash", narHash.nix32());
        put(text, "NarSize", Long.toString(narSize));
        put(text, "References", String.join(" ", references));
        if (deriver != null) {
            put(text, "Deriver", deriver);
        }
        if (ca != null) {
            put(text, "CA", ca);
        }
        signatures.forEach(signature -> put(text, "Sig", signature.toString()));
        return text.toString();
    }

    private static void put(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append('\n');
    }
}
