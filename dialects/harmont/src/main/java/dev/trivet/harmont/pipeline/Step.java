package dev.trivet.harmont.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One command of a pipeline (spec sections 3.1 and 3.2). Immutable.
 *
 * @param key unique in its pipeline, 1 to 255 characters
 * @param label name for people, or null
 * @param command shell text, run by {@code bash -c}
 * @param image base image, the default already filled in where it applies; or null
 * @param environment all variables of the job, in the order of the text
 * @param timeout longest time of the job, at least a second; null for the server's default
 * @param cache when its result may be used again, or null for never
 * @param runner hint for an executor, or null
 * @param runnerArgs a JSON object, or null; the caller owns what the accessor gives
 * @param retry our extension, or null
 * @param softFail our extension, or null
 * @param artifacts files to keep, our extension
 */
public record Step(
        String key,
        @Nullable String label,
        String command,
        @Nullable String image,
        Map<String, String> environment,
        @Nullable Duration timeout,
        @Nullable Cache cache,
        @Nullable String runner,
        @Nullable JsonNode runnerArgs,
        @Nullable Retry retry,
        @Nullable SoftFail softFail,
        List<String> artifacts) {
    public Step {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(command, "command is null");
        environment = FrozenMap.copyOf(environment);
        runnerArgs = runnerArgs == null ? null : runnerArgs.deepCopy();
        artifacts = List.copyOf(artifacts);
    }

    @Override
    public @Nullable JsonNode runnerArgs() {
        return runnerArgs == null ? null : runnerArgs.deepCopy();
    }

    /** This step once its surroundings are known. */
    Step within(Map<String, String> resolvedEnvironment, @Nullable String resolvedImage) {
        return new Step(
                key,
                label,
                command,
                resolvedImage,
                resolvedEnvironment,
                timeout,
                cache,
                runner,
                runnerArgs,
                retry,
                softFail,
                artifacts);
    }
}
