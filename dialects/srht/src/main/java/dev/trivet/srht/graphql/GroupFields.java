package dev.trivet.srht.graphql;

import dev.trivet.accounts.Principal;
import dev.trivet.srht.Job;
import dev.trivet.srht.JobGroup;
import dev.trivet.srht.Visibility;
import dev.trivet.srht.manifest.Trigger;
import graphql.TypeResolutionEnvironment;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLObjectType;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** Groups of jobs and what happens at their end. */
final class GroupFields {
    void wire(RuntimeWiring.Builder wiring) {
        wiring.type("JobGroup", GroupFields::group)
                .type("Trigger", type -> type.typeResolver(GroupFields::trigger))
                // A trigger with cc alone is possible in manifests; the schema wants a text.
                .type(
                        "EmailTrigger",
                        type -> type.dataFetcher(
                                "to",
                                fetching -> Objects.requireNonNullElse(
                                        Objects.requireNonNull(fetching.<Trigger.Email>getSource())
                                                .to(),
                                        "")));
    }

    private static TypeRuntimeWiring.Builder group(TypeRuntimeWiring.Builder type) {
        return type.dataFetcher(
                        "owner",
                        fetching ->
                                Loaders.user(fetching, group(fetching).owner().id()))
                .dataFetcher("triggers", fetching -> Loaders.triggers(fetching, group(fetching)))
                .dataFetcher("jobs", GroupFields::jobs);
    }

    /** One's own and the public ones. */
    private static CompletableFuture<List<Job>> jobs(DataFetchingEnvironment fetching) {
        Principal caller = Fetching.caller(fetching);
        return Loaders.members(fetching, group(fetching))
                .thenApply(members ->
                        members.stream().filter(job -> isShown(job, caller)).toList());
    }

    private static boolean isShown(Job job, Principal caller) {
        return job.access().visibility() == Visibility.PUBLIC
                || job.owner().id() == caller.userId()
                || caller.mayAdminister();
    }

    private static GraphQLObjectType trigger(TypeResolutionEnvironment found) {
        Trigger trigger = Objects.requireNonNull(found.<Trigger>getObject(), "a trigger is null");
        String type = switch (trigger) {
            case Trigger.Email email -> "EmailTrigger";
            case Trigger.Webhook webhook -> "WebhookTrigger";
        };
        return Objects.requireNonNull(found.getSchema().getObjectType(type), "the schema lacks a kind of trigger");
    }

    private static JobGroup group(DataFetchingEnvironment fetching) {
        return Fetching.source(fetching, JobGroup.class);
    }
}
