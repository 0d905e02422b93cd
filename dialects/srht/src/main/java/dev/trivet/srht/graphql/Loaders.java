package dev.trivet.srht.graphql;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.User;
import dev.trivet.srht.Artifact;
import dev.trivet.srht.ArtifactStore;
import dev.trivet.srht.GroupStore;
import dev.trivet.srht.Job;
import dev.trivet.srht.JobGroup;
import dev.trivet.srht.JobStore;
import dev.trivet.srht.Task;
import dev.trivet.srht.manifest.Trigger;
import graphql.schema.DataFetchingEnvironment;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderRegistry;

/**
 * What belongs to many things of an answer at once, read with one query for all of them: the number of queries depends on what is asked and
 * not on how much there is. Thread-safe; a registry belongs to one request.
 */
final class Loaders {
    private static final String TASKS = "tasks";
    private static final String ARTIFACTS = "artifacts";
    private static final String MANIFESTS = "manifests";
    private static final String GROUPS = "groups";
    private static final String MEMBERS = "members";
    private static final String TRIGGERS = "triggers";
    private static final String USERS = "users";

    private final JobStore jobs;
    private final ArtifactStore artifacts;
    private final GroupStore groups;
    private final Accounts accounts;

    Loaders(JobStore jobs, ArtifactStore artifacts, GroupStore groups, Accounts accounts) {
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.artifacts = Objects.requireNonNull(artifacts, "artifacts is null");
        this.groups = Objects.requireNonNull(groups, "groups is null");
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
    }

    /** Loaders for one request. */
    DataLoaderRegistry registry() {
        return DataLoaderRegistry.newRegistry()
                .register(TASKS, Loaders.<Job, Task>lists(this::tasks))
                .register(ARTIFACTS, Loaders.<Job, Artifact>lists(this::artifacts))
                .register(MANIFESTS, Loaders.<Integer, String>single(jobs::manifests))
                .register(GROUPS, Loaders.<Integer, JobGroup>single(this::groups))
                .register(MEMBERS, Loaders.<Integer, Job>lists(this::members))
                .register(TRIGGERS, Loaders.<Integer, Trigger>lists(groups::triggers))
                .register(USERS, Loaders.<Long, User>single(accounts::users))
                .build();
    }

    static CompletableFuture<List<Task>> tasks(DataFetchingEnvironment fetching, Job job) {
        return Loaders.<Job, List<Task>>of(fetching, TASKS).load(job);
    }

    static CompletableFuture<List<Artifact>> artifacts(DataFetchingEnvironment fetching, Job job) {
        return Loaders.<Job, List<Artifact>>of(fetching, ARTIFACTS).load(job);
    }

    static CompletableFuture<String> manifest(DataFetchingEnvironment fetching, Job job) {
        return Loaders.<Integer, String>of(fetching, MANIFESTS).load(job.id());
    }

    static CompletableFuture<JobGroup> group(DataFetchingEnvironment fetching, int id) {
        return Loaders.<Integer, JobGroup>of(fetching, GROUPS).load(id);
    }

    static CompletableFuture<List<Job>> members(DataFetchingEnvironment fetching, JobGroup group) {
        return Loaders.<Integer, List<Job>>of(fetching, MEMBERS).load(group.id());
    }

    static CompletableFuture<List<Trigger>> triggers(DataFetchingEnvironment fetching, JobGroup group) {
        return Loaders.<Integer, List<Trigger>>of(fetching, TRIGGERS).load(group.id());
    }

    static CompletableFuture<User> user(DataFetchingEnvironment fetching, long id) {
        return Loaders.<Long, User>of(fetching, USERS).load(id);
    }

    private Map<Job, List<Task>> tasks(Collection<Job> of) {
        Map<Integer, List<Task>> byNumber = jobs.tasks(of);
        return of.stream().collect(Collectors.toMap(job -> job, job -> byNumber.getOrDefault(job.id(), List.of())));
    }

    private Map<Job, List<Artifact>> artifacts(Collection<Job> of) {
        Map<Long, List<Artifact>> byNumber = artifacts.ofJobs(of);
        return of.stream()
                .collect(Collectors.toMap(job -> job, job -> byNumber.getOrDefault(job.engineJob(), List.of())));
    }

    private Map<Integer, JobGroup> groups(Collection<Integer> ids) {
        return groups.groups(ids).stream().collect(Collectors.toMap(JobGroup::id, group -> group));
    }

    private Map<Integer, List<Job>> members(Collection<Integer> ids) {
        return groups.members(ids).stream()
                .collect(Collectors.groupingBy(job -> Objects.requireNonNull(job.groupId())));
    }

    private static <K, V> DataLoader<K, V> of(DataFetchingEnvironment fetching, String name) {
        return Objects.requireNonNull(fetching.<K, V>getDataLoader(name), "no loader is called so");
    }

    private static <K, V> DataLoader<K, V> single(Function<Collection<K>, Map<K, V>> read) {
        return DataLoaderFactory.newMappedDataLoader(keys -> CompletableFuture.completedFuture(read.apply(keys)));
    }

    /** What has none has an empty list. */
    private static <K, V> DataLoader<K, List<V>> lists(Function<Collection<K>, Map<K, List<V>>> read) {
        return DataLoaderFactory.newMappedDataLoader(
                (Set<K> keys) -> CompletableFuture.completedFuture(complete(keys, read.apply(keys))));
    }

    private static <K, V> Map<K, List<V>> complete(Set<K> keys, Map<K, List<V>> found) {
        return keys.stream().collect(Collectors.toMap(key -> key, key -> found.getOrDefault(key, List.of())));
    }
}
