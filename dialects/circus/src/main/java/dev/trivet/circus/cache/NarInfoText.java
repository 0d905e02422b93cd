package dev.trivet.circus.cache;

/** A narinfo as it is sent (spec section 7). */
final class NarInfoText {
    private NarInfoText() {}

    static String of(CachedPath path) {
        StringBuilder text = new StringBuilder(512);
        line(text, "StorePath", path.storePath());
        line(text, "URL", path.url());
        line(text, "Compression", path.compression());
        line(text, "FileHash", path.fileHash());
        line(text, "FileSize", Long.toString(path.fileSize()));
        line(text, "NarHash", path.narHash());
        line(text, "NarSize", Long.toString(path.narSize()));
        line(text, "References", String.join(" ", path.references()));
        path.deriver().ifPresent(deriver -> line(text, "Deriver", deriver));
        path.contentAddress().ifPresent(ca -> line(text, "CA", ca));
        path.signatures().forEach(signature -> line(text, "Sig", signature));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append('\n');
    }
}
