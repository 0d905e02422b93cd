package dev.trivet.harmont;

import dev.trivet.blobs.BlobRef;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is written of a new build.
 *
 * @param createdBy number of the user, or null for one that a forge started
 * @param archive its sources, if it has any
 * @param errorCode why it never runs, or null
 */
record NewBuild(
        UUID id,
        UUID pipelineId,
        int number,
        BuildForm form,
        @Nullable Long createdBy,
        @Nullable BlobRef archive,
        @Nullable Long timeoutMillis,
        @Nullable String errorCode,
        @Nullable String errorMessage) {
    NewBuild {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(pipelineId, "pipelineId is null");
        Objects.requireNonNull(form, "form is null");
    }
}
