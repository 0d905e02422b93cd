package dev.trivet.srht.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A valid build manifest (spec section 2), as {@link ManifestParser} makes it. Immutable. Lists and maps keep the order of the
 * text. Unknown top-level keys and {@code submitter} are not here: they are read by integrations, not by builds.
 *
 * @param image name of the image, not empty; whether there is one of this name is found out when the job starts
 * @param arch architecture, or null for the image's default
 * @param packages what the image's package manager installs before the sources are cloned
 * @param repositories extra package repositories, name to a value whose form depends on the image
 * @param sources repositories that are cloned into the home directory
 * @param environment variables of {@code ~/.buildenv}
 * @param secrets UUIDs or names of secrets
 * @param shell whether the machine stays for a log-in after success
 * @param artifacts paths of files to keep, with pairwise distinct base names
 * @param tasks what runs, in order, names pairwise distinct; empty only with {@code shell}
 * @param triggers what happens after the build
 * @param oauth grants of the token that the job gets; empty for no token
 */
public record Manifest(
        String image,
        @Nullable String arch,
        List<String> packages,
        Map<String, String> repositories,
        List<SourceUrl> sources,
        Map<String, EnvironmentValue> environment,
        List<String> secrets,
        boolean shell,
        List<String> artifacts,
        List<Task> tasks,
        List<Trigger> triggers,
        List<OAuthGrant> oauth) {
    public Manifest {
        Objects.requireNonNull(image, "image is null");
        packages = List.copyOf(packages);
        repositories = Collections.unmodifiableMap(new LinkedHashMap<>(repositories));
        sources = List.copyOf(sources);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        secrets = List.copyOf(secrets);
        artifacts = List.copyOf(artifacts);
        tasks = List.copyOf(tasks);
        triggers = List.copyOf(triggers);
        oauth = List.copyOf(oauth);
    }

    /**
     * One task.
     *
     * @param name {@code [a-z0-9_-]{1,128}}
     * @param script bash, possibly empty
     */
    public record Task(String name, String script) {
        public Task {
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(script, "script is null");
        }
    }
}
