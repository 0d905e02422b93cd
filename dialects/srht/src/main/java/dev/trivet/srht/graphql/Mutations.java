package dev.trivet.srht.graphql;

import dev.trivet.accounts.Principal;
import dev.trivet.srht.GroupRefusedException;
import dev.trivet.srht.GroupStore;
import dev.trivet.srht.Job;
import dev.trivet.srht.JobGroup;
import dev.trivet.srht.JobStore;
import dev.trivet.srht.Owner;
import dev.trivet.srht.SrhtJobs;
import dev.trivet.srht.Visibility;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What changes something (spec section 4.3). */
final class Mutations {
    private final SrhtJobs actions;
    private final JobStore jobs;
    private final GroupStore groups;

    Mutations(SrhtJobs actions, JobStore jobs, GroupStore groups) {
        this.actions = Objects.requireNonNull(actions, "actions is null");
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.groups = Objects.requireNonNull(groups, "groups is null");
    }

    void wire(RuntimeWiring.Builder wiring) {
        wiring.type("Mutation", this::mutation);
    }

    private TypeRuntimeWiring.Builder mutation(TypeRuntimeWiring.Builder type) {
        return type.dataFetcher("submit", this::submit)
                .dataFetcher("start", this::start)
                .dataFetcher("cancel", this::cancel)
                .dataFetcher("update", this::update)
                .dataFetcher("createGroup", this::createGroup)
                .dataFetcher("startGroup", this::startGroup);
    }

    private Job submit(DataFetchingEnvironment fetching) {
        Principal caller = Fetching.caller(fetching);
        return actions.submit(Owner.of(caller), SubmitArguments.read(fetching, caller));
    }

    private Job start(DataFetchingEnvironment fetching) {
        Job job = writable(fetching, "jobID");
        if (!actions.start(job)) {
            throw Refusal.ofArgument(
                    "jobID",
                    "job " + job.id() + " is " + current(job).status().wireName()
                            + ", but only pending jobs can be started");
        }
        return current(job);
    }

    private Job cancel(DataFetchingEnvironment fetching) {
        Job job = writable(fetching, "jobId");
        if (job.status().isTerminal()) {
            throw Refusal.ofArgument(
                    "jobId",
                    "job " + job.id() + " has ended already: " + job.status().wireName());
        }
        actions.cancel(job);
        return current(job).canceled();
    }

    private @Nullable Job update(DataFetchingEnvironment fetching) {
        Optional<Job> job = readable(fetching, "jobId").filter(found -> mayChange(found, fetching));
        Visibility visibility =
                Visibility.named(Fetching.text(fetching, "visibility")).orElseThrow();
        List<String> tags = fetching.getArgument("tags");
        return job.map(found -> actions.update(found, visibility, tags == null ? null : SubmitArguments.tags(tags)))
                .orElse(null);
    }

    private JobGroup createGroup(DataFetchingEnvironment fetching) {
        List<Integer> ids = Objects.requireNonNull(fetching.getArgument("jobIds"), "jobIds is null");
        if (ids.isEmpty()) {
            throw Refusal.ofArgument("jobIds", "a group has at least one job");
        }
        try {
            return actions.createGroup(
                    Owner.of(Fetching.caller(fetching)),
                    ids,
                    SubmitArguments.note(fetching),
                    TriggerArguments.read(Fetching.list(fetching, "triggers")),
                    !Boolean.FALSE.equals(fetching.getArgument("execute")));
        } catch (GroupRefusedException e) {
            throw Refusal.ofArgument("jobIds", String.valueOf(e.getMessage()));
        }
    }

    private JobGroup startGroup(DataFetchingEnvironment fetching) {
        int id = Fetching.number(fetching, "groupId");
        JobGroup group = groups.find(id)
                .filter(found -> found.owner().id() == Fetching.caller(fetching).userId())
                .orElseThrow(() -> Refusal.ofArgument("groupId", "there is no group " + id + " of yours"));
        actions.startGroup(group);
        return group;
    }

    private Job current(Job job) {
        return jobs.find(job.id()).orElse(job);
    }

    private Job writable(DataFetchingEnvironment fetching, String argument) {
        Job job = readable(fetching, argument).orElseThrow(() -> Refusal.ofArgument(argument, "there is no such job"));
        if (!mayChange(job, fetching)) {
            throw Refusal.ofArgument(
                    argument, "job " + job.id() + " belongs to " + job.owner().canonicalName());
        }
        return job;
    }

    private static boolean mayChange(Job job, DataFetchingEnvironment fetching) {
        return job.access().mayWrite(job.owner(), Fetching.caller(fetching));
    }

    private Optional<Job> readable(DataFetchingEnvironment fetching, String argument) {
        int id = Fetching.number(fetching, argument);
        return jobs.find(id).filter(job -> job.access().mayRead(job.owner(), Optional.of(Fetching.caller(fetching))));
    }
}
