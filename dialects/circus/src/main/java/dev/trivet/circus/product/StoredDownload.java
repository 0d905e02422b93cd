package dev.trivet.circus.product;

import dev.trivet.http.Header;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.nix.archive.NarTar;
import dev.trivet.nix.archive.NarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers with what is in the store. Thread-safe. */
final class StoredDownload {
    private static final int BUFFER = 1 << 16;
    private static final String CACHING = "private, no-cache";

    private final Turns turns;

    StoredDownload(Turns turns) {
        this.turns = Objects.requireNonNull(turns, "turns is null");
    }

    /** @param format null for whatever suits what is there */
    Response of(Product product, StoreTree.Found.There there, @Nullable ProductFormat format, Request request)
            throws IOException {
        boolean file = there.attributes().isRegularFile();
        if (!file && !there.attributes().isDirectory()) {
            throw new HttpException(Problem.of(
                            Problem.Kind.UNPROCESSABLE,
                            "the product " + product.path()
                                    + " is neither a file nor a directory, so there is nothing to download")
                    .withCode("BUILD_ERROR"));
        }
        ProductFormat chosen = format == null && !file ? ProductFormat.NAR : format;
        String type = SentTypes.of(product.contentType());
        String tag = Tags.of(
                object(there), there.file(), chosen == null ? "file " + type : chosen.word() + " " + product.path());
        Optional<String> known = request.header("If-None-Match");
        if (known.isPresent() && Tags.isKnown(known.get(), tag)) {
            return Response.empty(304).with("ETag", tag).with("Cache-Control", CACHING);
        }
        Response answer = chosen == null
                ? Response.attachment(type, product.fileName(), there.file())
                : Response.attachment(
                        chosen.contentType(),
                        product.lastName() + chosen.extension(),
                        out -> turns.take(() -> archive(there.file(), product, chosen, out)));
        return answer.with(new Header("ETag", tag));
    }

    private static Path object(StoreTree.Found.There there) {
        Path object = there.file();
        while (!object.endsWith(there.object().baseName())) {
            object = Objects.requireNonNull(object.getParent(), "a file that is not in its store path");
        }
        return object;
    }

    private static void archive(Path file, Product product, ProductFormat format, OutputStream out) throws IOException {
        if (format == ProductFormat.NAR) {
            NarWriter.write(file, out);
            return;
        }
        try (OutputStream compressed = format.compressed(new Kept(out, BUFFER))) {
            NarTar.write(file, product.lastName(), compressed);
        }
    }

    /** A buffer that is emptied and not closed. */
    static final class Kept extends BufferedOutputStream {
        Kept(OutputStream out, int size) {
            super(out, size);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
