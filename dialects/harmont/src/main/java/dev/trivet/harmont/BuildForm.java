package dev.trivet.harmont;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request for a build (spec section 2.7), checked.
 *
 * @param ir the pipeline, if the client has rendered it
 * @param archive the sources as base64 of a {@code .tar.gz}
 * @param archiveUrl where the sources are, if they were not sent
 * @param archiveSha256 what they must hash to
 * @param environment wins over the pipeline's own
 */
record BuildForm(
        BuildSource source,
        @Nullable String branch,
        @Nullable String commit,
        @Nullable String message,
        @Nullable String author,
        Optional<String> ir,
        Optional<String> archive,
        Optional<String> archiveUrl,
        Optional<String> archiveSha256,
        Map<String, String> environment) {
    private static final int LONGEST_NAME = 1024;
    private static final int LONGEST_MESSAGE = 64 << 10;
    private static final int MOST_VARIABLES = 500;

    BuildForm {
        Objects.requireNonNull(source, "source is null");
        environment = Map.copyOf(environment);
    }

    /**
     * Reads one.
     *
     * @throws dev.trivet.http.HttpException 422 {@code build_invalid} naming the member that does not fit
     */
    static BuildForm of(Members members) {
        String source = members.text("source", LONGEST_NAME);
        return new BuildForm(
                source == null
                        ? BuildSource.API
                        : BuildSource.named(source)
                                .orElseThrow(() -> members.refused("source is invalid: expected webhook, ui, api,"
                                        + " trigger_job or schedule, not '" + source + "'")),
                members.text("branch", LONGEST_NAME),
                members.text("commit", LONGEST_NAME),
                members.text("message", LONGEST_MESSAGE),
                members.text("author", LONGEST_NAME),
                members.lenientText("pipeline_ir"),
                members.lenientText("source_b64"),
                members.lenientText("source_url"),
                members.lenientText("source_sha256"),
                members.texts("env", MOST_VARIABLES));
    }
}
