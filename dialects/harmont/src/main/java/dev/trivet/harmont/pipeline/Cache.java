package dev.trivet.harmont.pipeline;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When the result of a step may be used again (spec section 3.6). Immutable.
 *
 * @param policy {@code none}, {@code forever}, {@code ttl}, {@code on_change}, {@code compose}, or a name that we do not know
 * @param key as the client computed it, never empty; or null
 * @param durationSeconds window of {@code ttl}, at least 1; or null
 * @param envKeys variables that {@code forever} and {@code ttl} depend on
 * @param paths files and directories that {@code on_change} depends on
 * @param subPolicies what {@code compose} is made of
 */
public record Cache(
        String policy,
        @Nullable String key,
        @Nullable Long durationSeconds,
        List<String> envKeys,
        List<String> paths,
        List<Cache> subPolicies) {
    public Cache {
        Objects.requireNonNull(policy, "policy is null");
        envKeys = List.copyOf(envKeys);
        paths = List.copyOf(paths);
        subPolicies = List.copyOf(subPolicies);
    }
}
