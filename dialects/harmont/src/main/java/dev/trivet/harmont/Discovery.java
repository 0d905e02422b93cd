package dev.trivet.harmont;

import dev.trivet.accounts.Organization;
import dev.trivet.harmont.PipelineStore.NewPipeline;
import dev.trivet.harmont.Registry.Declared;
import dev.trivet.harmont.vcs.RepositoryUrl;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Takes over what a repository declares of its pipelines (spec section 6.5): names, triggers, whether people may start them. A pipeline that
 * somebody made for the repository by hand becomes the first that it declares. Thread-safe.
 */
final class Discovery {
    private final PipelineStore pipelines;
    private final Rendering rendering;
    private final InstantSource clock;

    Discovery(PipelineStore pipelines, Rendering rendering, InstantSource clock) {
        this.pipelines = Objects.requireNonNull(pipelines, "pipelines is null");
        this.rendering = Objects.requireNonNull(rendering, "rendering is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /**
     * Looks at a commit of the repository of this pipeline.
     *
     * @param url where it is cloned from
     * @throws RenderException if its programs fail; then nothing has changed
     */
    void look(Pipeline known, String url, String commit) throws RenderException, IOException, InterruptedException {
        Registry registry = Registry.read(rendering.discover(known.organization(), url, commit));
        if (registry.pipelines().isEmpty()) {
            // Nothing is declared: what was made by hand goes on as it is.
            return;
        }
        String key = RepositoryUrl.normalForm(known.repository());
        for (Declared declared : registry.pipelines()) {
            Optional<Pipeline> mine = find(known, key, declared);
            if (mine.isPresent()) {
                pipelines.declare(
                        mine.get().id(), declared.slug(), declared.name(), declared.allowManual(), declared.triggers());
            }
        }
        pipelines.archiveOthers(
                known.organizationId(),
                key,
                registry.pipelines().stream().map(Declared::slug).toList());
    }

    private Optional<Pipeline> find(Pipeline known, String key, Declared declared) {
        List<Pipeline> all = pipelines.ofRepository(known.organizationId(), key);
        Optional<Pipeline> same = all.stream()
                .filter(pipeline -> declared.slug().equals(pipeline.sourceSlug()))
                .findFirst();
        if (same.isPresent()) {
            return same;
        }
        List<Pipeline> unnamed =
                all.stream().filter(pipeline -> pipeline.sourceSlug() == null).toList();
        return unnamed.size() == 1 ? Optional.of(unnamed.getFirst()) : create(known, declared);
    }

    private Optional<Pipeline> create(Pipeline known, Declared declared) {
        String repository = known.repoName() == null ? known.slug() : known.repoName();
        return pipelines.insert(
                known.organizationId(),
                new NewPipeline(
                        declared.name(),
                        Organization.slug(repository) + "-" + Organization.slug(declared.slug()),
                        declared.slug(),
                        null,
                        known.repository(),
                        known.repoName(),
                        known.defaultBranch()),
                clock.instant());
    }
}
