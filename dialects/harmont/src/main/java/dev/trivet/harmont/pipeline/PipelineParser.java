package dev.trivet.harmont.pipeline;

import static java.util.Objects.requireNonNull;

import dev.trivet.harmont.pipeline.PipelineException.Code;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * Reads pipelines in the intermediate representation "v0" (spec section 3), flat form and graph form. Whatever the text is, the
 * answer is a sound {@link Definition} or a {@link PipelineException} about the first problem, in the order of spec section 3.4,
 * rule 7. Time is linear in the text, the steps and the edges; a text has at most 16 MiB in UTF-8, 64 levels of nesting, 100,000
 * steps and 500,000 edges. Unknown members are ignored, and {@code null} counts as absent. Stateless.
 */
public final class PipelineParser {
    private static final String VERSION = "\"0\"";

    private PipelineParser() {}

    /** Reads a pipeline. */
    public static Definition parse(String json) throws PipelineException {
        IrText text = IrText.inspect(requireNonNull(json, "json is null"));
        checkVersion(text);
        try (JsonParser parser = IrText.parser(json)) {
            try {
                var cursor = new IrCursor(parser);
                return text.graph() ? new GraphForm(cursor).read() : new FlatForm(cursor).read();
            } catch (JacksonException e) {
                throw IrText.problem(e, parser);
            }
        }
    }

    private static void checkVersion(IrText text) throws PipelineException {
        String version = text.version();
        if (version == null) {
            throw PipelineException.invalidIr("version: is missing; expected " + VERSION);
        }
        if (!version.equals(VERSION)) {
            throw new PipelineException(
                    text.graph() ? Code.INVALID_IR : Code.BAD_VERSION,
                    "version: expected " + VERSION + ", got " + version);
        }
    }
}
