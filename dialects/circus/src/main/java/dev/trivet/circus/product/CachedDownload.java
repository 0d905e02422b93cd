package dev.trivet.circus.product;

import dev.trivet.http.HttpException;
import dev.trivet.http.Response;
import dev.trivet.nix.archive.NarCopy;
import dev.trivet.nix.archive.NarLimits;
import dev.trivet.nix.archive.NarPart;
import dev.trivet.nix.archive.NarPath;
import dev.trivet.nix.archive.NarReader;
import dev.trivet.nix.archive.NarTar;
import dev.trivet.nix.archive.NarVisitor;
import dev.trivet.nix.archive.StorePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers with what is only in an archive. Of files no ranges are given: an archive can be read from its beginning alone. Thread-safe. */
final class CachedDownload {
    private static final int BUFFER = 1 << 16;

    private final ProductBytes bytes;
    private final Turns turns;

    CachedDownload(ProductBytes bytes, Turns turns) {
        this.bytes = Objects.requireNonNull(bytes, "bytes is null");
        this.turns = Objects.requireNonNull(turns, "turns is null");
    }

    /**
     * Empty if there is no archive of that store path.
     *
     * @param within names below the store path, joined by slashes, or empty
     */
    Optional<Response> of(Product product, StorePath object, String within, @Nullable ProductFormat format)
            throws IOException {
        Optional<InputStream> archive = bytes.archive(object);
        if (archive.isEmpty()) {
            return Optional.empty();
        }
        archive.get().close();
        ProductFormat chosen = format == null && product.directory() ? ProductFormat.NAR : format;
        String type = chosen == null ? SentTypes.of(product.contentType()) : chosen.contentType();
        String name = chosen == null ? product.fileName() : product.lastName() + chosen.extension();
        return Optional.of(
                Response.attachment(type, name, out -> turns.take(() -> send(product, object, within, chosen, out))));
    }

    private void send(
            Product product, StorePath object, String within, @Nullable ProductFormat format, OutputStream out)
            throws IOException {
        try (InputStream archive = bytes.archive(object).orElseThrow(() -> absent(product))) {
            var buffered = new StoredDownload.Kept(out, BUFFER);
            switch (format) {
                case null -> part(archive, product, within, new OneFile(buffered));
                case NAR -> {
                    var copy = new NarCopy(buffered);
                    part(archive, product, within, copy);
                    copy.finish();
                }
                case TAR, TAR_GZ, TAR_XZ, TAR_ZST -> {
                    try (OutputStream compressed = format.compressed(buffered)) {
                        var tar = new NarTar(product.lastName(), compressed);
                        part(archive, product, within, tar);
                        tar.finish();
                    }
                }
            }
            buffered.flush();
        }
    }

    private static void part(InputStream archive, Product product, String within, NarVisitor visitor)
            throws IOException {
        var part = new NarPart(within, visitor);
        NarReader.read(archive, part, NarLimits.DEFAULT);
        if (!part.found()) {
            throw absent(product);
        }
    }

    static HttpException absent(Product product) {
        return HttpException.notFound("product not found: " + product.path()
                + " is not in the store any more, since garbage was collected; restart the build to have it again,"
                + " and keep it if it is to stay");
    }

    /** Takes the content of the root, which must be a file. */
    private record OneFile(OutputStream out) implements NarVisitor {
        @Override
        public void directory(NarPath path) {
            throw otherwise();
        }

        @Override
        public void file(NarPath path, boolean executable, long size, long offset, InputStream content)
                throws IOException {
            content.transferTo(out);
        }

        @Override
        public void link(NarPath path, byte[] target) {
            throw otherwise();
        }

        private static HttpException otherwise() {
            return HttpException.notFound("product not found: what the cache has of it is no file");
        }
    }
}
