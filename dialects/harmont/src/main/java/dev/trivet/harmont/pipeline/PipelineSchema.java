package dev.trivet.harmont.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The JSON Schema of both forms (spec section 3.3), with our extensions, for editors and clients. It describes shapes only: what
 * relates steps to each other, {@link PipelineParser} checks.
 */
public final class PipelineSchema {
    private static final String RESOURCE = "schema.json";

    private PipelineSchema() {}

    /** The schema, JSON in the draft 2020-12. */
    public static String text() {
        try (InputStream in = Objects.requireNonNull(
                PipelineSchema.class.getResourceAsStream(RESOURCE), RESOURCE + " is not on the class path")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
