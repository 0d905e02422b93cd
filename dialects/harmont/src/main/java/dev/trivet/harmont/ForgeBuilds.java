package dev.trivet.harmont;

import dev.trivet.core.json.Json;
import dev.trivet.harmont.pipeline.PipelineException;
import dev.trivet.harmont.vcs.Repository;
import dev.trivet.harmont.vcs.RepositoryUrl;
import dev.trivet.harmont.vcs.Triggers;
import dev.trivet.harmont.vcs.WebhookEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes builds of what forges tell (spec section 6.2). Doing the same event again makes nothing new. Thread-safe. */
final class ForgeBuilds {
    private static final Logger log = LoggerFactory.getLogger(ForgeBuilds.class);

    private static final int LOCKS = 64;

    private final PipelineStore pipelines;
    private final BuildStore builds;
    private final Builds actions;
    private final Rendering rendering;
    private final Discovery discovery;
    private final ReentrantLock[] starting = new ReentrantLock[LOCKS];

    ForgeBuilds(PipelineStore pipelines, BuildStore builds, Builds actions, Rendering rendering, Discovery discovery) {
        this.pipelines = Objects.requireNonNull(pipelines, "pipelines is null");
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.actions = Objects.requireNonNull(actions, "actions is null");
        this.rendering = Objects.requireNonNull(rendering, "rendering is null");
        this.discovery = Objects.requireNonNull(discovery, "discovery is null");
        Arrays.setAll(starting, place -> new ReentrantLock());
    }

    /** What a build is made of. */
    private record Coordinates(
            String url,
            String commit,
            @Nullable String branch,
            @Nullable String message,
            @Nullable String author) {}

    /** The builds that a push or pull request has started, or had started before. */
    List<Build> take(WebhookEvent event) throws IOException, InterruptedException {
        return switch (event) {
            case WebhookEvent.Push push -> {
                if (push.kind() == WebhookEvent.RefKind.BRANCH) {
                    discover(push);
                }
                yield start(
                        push.repository(),
                        event,
                        new Coordinates(
                                push.repository().cloneUrl(),
                                push.commit(),
                                push.name(),
                                push.message(),
                                push.author()));
            }
            case WebhookEvent.PullRequest request ->
                start(
                        request.repository(),
                        event,
                        new Coordinates(
                                request.repository().cloneUrl(),
                                request.head().commit(),
                                request.head().branch(),
                                request.title(),
                                request.author()));
            case WebhookEvent.Rerun _, WebhookEvent.Installation _, WebhookEvent.Ping _, WebhookEvent.Ignored _ ->
                List.of();
        };
    }

    private static Coordinates coordinates(WebhookEvent.Push push) {
        return new Coordinates(push.repository().cloneUrl(), push.commit(), push.name(), push.message(), push.author());
    }

    private void discover(WebhookEvent.Push push) throws IOException, InterruptedException {
        Set<Long> organizations = new TreeSet<>();
        for (Pipeline pipeline : at(push.repository())) {
            boolean main = push.name().equals(push.repository().defaultBranch())
                    || (push.repository().defaultBranch() == null && push.name().equals(pipeline.defaultBranch()));
            if (main && organizations.add(pipeline.organizationId())) {
                try {
                    discovery.look(pipeline, url(pipeline, coordinates(push)), push.commit());
                } catch (RenderException failed) {
                    // The builds of the same push tell it, too; here only what was declared before stays.
                    log.info("{}: {}", pipeline.repository(), failed.getMessage());
                }
            }
        }
    }

    private List<Pipeline> at(Repository repository) {
        Set<String> keys = Stream.of(repository.cloneUrl(), repository.sshUrl(), repository.webUrl())
                .filter(Objects::nonNull)
                .map(RepositoryUrl::normalForm)
                .collect(Collectors.toSet());
        return pipelines.at(keys);
    }

    private List<Build> start(Repository repository, WebhookEvent event, Coordinates coordinates)
            throws IOException, InterruptedException {
        List<Build> started = new ArrayList<>();
        for (Pipeline pipeline : at(repository)) {
            if (Triggers.read(Json.MAPPER.readTree(pipeline.triggers())).match(event)) {
                started.add(once(pipeline, coordinates));
            }
        }
        return started;
    }

    /** Two events of the same commit at the same time are one build. */
    private Build once(Pipeline pipeline, Coordinates coordinates) throws IOException, InterruptedException {
        ReentrantLock lock = starting[Math.floorMod(Objects.hash(pipeline.id(), coordinates.commit()), LOCKS)];
        lock.lockInterruptibly();
        try {
            Optional<Build> before = builds.ofCommit(pipeline.id(), coordinates.commit());
            return before.isPresent() ? before.get() : build(pipeline, coordinates);
        } finally {
            lock.unlock();
        }
    }

    /** A new build of the same commit; nothing if its pipeline is gone. */
    Optional<Build> again(Build old) throws IOException, InterruptedException {
        Optional<Pipeline> pipeline = pipelines.find(old.pipelineId());
        String commit = old.commit();
        return pipeline.isEmpty() || commit == null
                ? Optional.empty()
                : Optional.of(build(
                        pipeline.get(),
                        new Coordinates(
                                pipeline.get().repository(), commit, old.branch(), old.message(), old.author())));
    }

    /** What the forge says, if it means the same repository: it may name one that can be read without a key. */
    private static String url(Pipeline pipeline, Coordinates coordinates) {
        boolean same =
                RepositoryUrl.normalForm(coordinates.url()).equals(RepositoryUrl.normalForm(pipeline.repository()));
        return same ? coordinates.url() : pipeline.repository();
    }

    private Build build(Pipeline pipeline, Coordinates coordinates) throws IOException, InterruptedException {
        var form = new BuildForm(
                BuildSource.WEBHOOK,
                coordinates.branch(),
                coordinates.commit(),
                coordinates.message(),
                coordinates.author(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
        try {
            Rendering.Rendered rendered = rendering.render(pipeline, form, null, url(pipeline, coordinates));
            return actions.submit(pipeline, form, rendered.ir(), rendered.archive(), null);
        } catch (RenderException failed) {
            return actions.reject(
                    pipeline, form, null, null, RenderException.CODE, String.valueOf(failed.getMessage()));
        } catch (PipelineException rejected) {
            // The rejected build is there already.
            return builds.ofCommit(pipeline.id(), coordinates.commit())
                    .orElseThrow(() -> new IllegalStateException("the rejected build is gone"));
        }
    }
}
