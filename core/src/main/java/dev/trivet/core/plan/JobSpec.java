package dev.trivet.core.plan;

import dev.trivet.core.Limits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a runner executes, whatever the dialect: prepare (image, repositories, packages, files, sources, archives), then the steps in order,
 * then artifacts. Immutable; stored as JSON.
 *
 * @param label how the job calls itself in its setup log, such as {@code #12}
 * @param image catalogue name of its root file system, or null where it stands on the snapshot of the job it {@code builds_in}
 * @param architecture as the dialect writes it, or null for the image's own
 * @param user account that runs the steps: {@code build} or {@code root}
 * @param directory working directory of the steps, absolute
 * @param environment of every step
 * @param skipMarker absolute path of a file that, when it holds {@code 1} after a passed step, skips all later steps; or null
 * @param network whether the sandbox may reach the network
 * @param keepAlive whether the sandbox stays open for a shell after success
 * @param nix what Nix does instead of all that; or null
 */
public record JobSpec(
        String label,
        @Nullable String image,
        @Nullable String architecture,
        String user,
        String directory,
        Map<String, String> environment,
        List<Repository> repositories,
        List<String> packages,
        List<FileSpec> files,
        List<SourceSpec> sources,
        List<ArchiveSpec> archives,
        List<StepSpec> steps,
        @Nullable String skipMarker,
        ArtifactSpec artifacts,
        Limits limits,
        boolean network,
        boolean keepAlive,
        @Nullable NixSpec nix) {
    /** Commands in a sandbox. */
    public JobSpec(
            String label,
            @Nullable String image,
            @Nullable String architecture,
            String user,
            String directory,
            Map<String, String> environment,
            List<Repository> repositories,
            List<String> packages,
            List<FileSpec> files,
            List<SourceSpec> sources,
            List<ArchiveSpec> archives,
            List<StepSpec> steps,
            @Nullable String skipMarker,
            ArtifactSpec artifacts,
            Limits limits,
            boolean network,
            boolean keepAlive) {
        this(
                label,
                image,
                architecture,
                user,
                directory,
                environment,
                repositories,
                packages,
                files,
                sources,
                archives,
                steps,
                skipMarker,
                artifacts,
                limits,
                network,
                keepAlive,
                null);
    }

    /** Work for Nix, with a log for people and one for programs. */
    public static JobSpec ofNix(String label, NixSpec nix, Limits limits) {
        List<String> command = List.of("nix");
        return new JobSpec(
                label,
                null,
                null,
                "root",
                "/",
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(
                        new StepSpec("output", command, Map.of(), null),
                        new StepSpec("results", command, Map.of(), null)),
                null,
                ArtifactSpec.NONE,
                limits,
                true,
                false,
                nix);
    }

    public JobSpec {
        Objects.requireNonNull(label, "label is null");
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(directory, "directory is null");
        Objects.requireNonNull(artifacts, "artifacts is null");
        Objects.requireNonNull(limits, "limits is null");
        environment = Map.copyOf(environment);
        repositories = List.copyOf(repositories);
        packages = List.copyOf(packages);
        files = List.copyOf(files);
        sources = List.copyOf(sources);
        // Absent in what an earlier version has stored.
        archives = archives == null ? List.of() : List.copyOf(archives);
        steps = List.copyOf(steps);
    }

    /** A spec with only an image and steps, run by {@code build} in its home, with network. */
    public static JobSpec of(String image, List<StepSpec> steps) {
        return new JobSpec(
                "job",
                image,
                null,
                "build",
                "/home/build",
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                steps,
                null,
                ArtifactSpec.NONE,
                Limits.NONE,
                true,
                false);
    }
}
