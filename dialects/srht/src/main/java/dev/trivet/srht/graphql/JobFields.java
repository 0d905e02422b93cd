package dev.trivet.srht.graphql;

import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogSlice;
import dev.trivet.logs.LogStore;
import dev.trivet.srht.Artifact;
import dev.trivet.srht.Job;
import dev.trivet.srht.JobStore;
import dev.trivet.srht.SrhtSettings;
import dev.trivet.srht.SrhtViews;
import dev.trivet.srht.Task;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Jobs with their tasks, logs and artifacts. */
final class JobFields {
    /** Bytes of a log that are answered with it. */
    private static final int TAIL = 128 * 1024;

    private final JobStore jobs;
    private final LogStore logs;
    private final SrhtSettings settings;
    private final SrhtViews views;

    JobFields(JobStore jobs, LogStore logs, SrhtSettings settings) {
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.logs = Objects.requireNonNull(logs, "logs is null");
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.views = new SrhtViews(settings);
    }

    /** A task and whose it is. */
    record TaskOf(Job job, Task task) {}

    /** An artifact and whose it is. */
    record ArtifactOf(Job job, Artifact artifact) {}

    /** A log and where it is. */
    record LogAt(LogKey key, String fullURL) {}

    void wire(RuntimeWiring.Builder wiring) {
        wiring.type("Query", type -> type.dataFetcher("job", this::find))
                .type("Job", this::job)
                .type("Task", this::task)
                .type("Artifact", this::artifact)
                .type(
                        "Log",
                        type -> type.dataFetcher(
                                "last128KiB",
                                fetching -> tail(
                                        Fetching.source(fetching, LogAt.class).key())));
    }

    private @Nullable Job find(DataFetchingEnvironment fetching) {
        int id = Fetching.number(fetching, "id");
        return jobs.find(id)
                .filter(job -> job.access().mayRead(job.owner(), Optional.of(Fetching.caller(fetching))))
                .orElse(null);
    }

    private TypeRuntimeWiring.Builder job(TypeRuntimeWiring.Builder type) {
        return type.dataFetcher("manifest", fetching -> Loaders.manifest(fetching, job(fetching)))
                .dataFetcher("status", fetching -> job(fetching).status())
                .dataFetcher("visibility", fetching -> job(fetching).access().visibility())
                .dataFetcher(
                        "owner",
                        fetching -> Loaders.user(fetching, job(fetching).owner().id()))
                .dataFetcher("group", JobFields::group)
                .dataFetcher("tasks", JobFields::tasks)
                .dataFetcher("artifacts", JobFields::artifacts)
                .dataFetcher("log", fetching -> setupLog(job(fetching)));
    }

    private static @Nullable CompletableFuture<?> group(DataFetchingEnvironment fetching) {
        Integer group = job(fetching).groupId();
        return group == null ? null : Loaders.group(fetching, group);
    }

    private static CompletableFuture<List<TaskOf>> tasks(DataFetchingEnvironment fetching) {
        Job job = job(fetching);
        return Loaders.tasks(fetching, job)
                .thenApply(tasks ->
                        tasks.stream().map(task -> new TaskOf(job, task)).toList());
    }

    private static CompletableFuture<List<ArtifactOf>> artifacts(DataFetchingEnvironment fetching) {
        Job job = job(fetching);
        return Loaders.artifacts(fetching, job)
                .thenApply(artifacts -> artifacts.stream()
                        .map(artifact -> new ArtifactOf(job, artifact))
                        .toList());
    }

    private @Nullable LogAt setupLog(Job job) {
        return job.status().isBeforeStart() ? null : new LogAt(new LogKey(job.engineJob(), LogKey.SETUP), log(job, ""));
    }

    private TypeRuntimeWiring.Builder task(TypeRuntimeWiring.Builder type) {
        return type.dataFetcher("id", fetching -> task(fetching).task().id())
                .dataFetcher("created", fetching -> task(fetching).task().created())
                .dataFetcher("updated", fetching -> task(fetching).task().updated())
                .dataFetcher("name", fetching -> task(fetching).task().name())
                .dataFetcher("status", fetching -> task(fetching).task().status())
                .dataFetcher("log", fetching -> taskLog(task(fetching)));
    }

    private @Nullable LogAt taskLog(TaskOf task) {
        return task.task().status().hasLog()
                ? new LogAt(
                        new LogKey(task.job().engineJob(), task.task().number()),
                        log(task.job(), "/" + task.task().name()))
                : null;
    }

    private String log(Job job, String task) {
        return settings.origin() + "/query/log/" + job.id() + task + "/log";
    }

    private TypeRuntimeWiring.Builder artifact(TypeRuntimeWiring.Builder type) {
        return type.dataFetcher(
                        "id", fetching -> Math.toIntExact(artifact(fetching).id()))
                .dataFetcher("created", fetching -> artifact(fetching).created())
                .dataFetcher("path", fetching -> artifact(fetching).path())
                .dataFetcher("size", fetching -> (int)
                        Math.min(Integer.MAX_VALUE, artifact(fetching).blob().size()))
                .dataFetcher("url", fetching -> {
                    ArtifactOf found = Fetching.source(fetching, ArtifactOf.class);
                    return views.artifactUrl(found.job(), found.artifact());
                });
    }

    private String tail(LogKey key) throws IOException {
        LogSlice slice = logs.tail(key, TAIL);
        return new String(slice.bytes(), StandardCharsets.UTF_8);
    }

    private static Job job(DataFetchingEnvironment fetching) {
        return Fetching.source(fetching, Job.class);
    }

    private static TaskOf task(DataFetchingEnvironment fetching) {
        return Fetching.source(fetching, TaskOf.class);
    }

    private static Artifact artifact(DataFetchingEnvironment fetching) {
        return Fetching.source(fetching, ArtifactOf.class).artifact();
    }
}
