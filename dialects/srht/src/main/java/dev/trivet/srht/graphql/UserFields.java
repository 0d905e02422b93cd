package dev.trivet.srht.graphql;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Principal;
import dev.trivet.accounts.User;
import dev.trivet.srht.JobStore;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Users, and whose token the caller's is. */
final class UserFields {
    private final Accounts accounts;
    private final JobStore jobs;

    UserFields(Accounts accounts, JobStore jobs) {
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
    }

    void wire(RuntimeWiring.Builder wiring) {
        wiring.type("Query", this::queries)
                .type(
                        "Entity",
                        type -> type.typeResolver(entity -> entity.getSchema().getObjectType("User")))
                .type("User", this::user);
    }

    private TypeRuntimeWiring.Builder queries(TypeRuntimeWiring.Builder type) {
        return type.dataFetcher(
                        "me",
                        fetching ->
                                Loaders.user(fetching, Fetching.caller(fetching).userId()))
                .dataFetcher("userByID", fetching -> Loaders.user(fetching, Fetching.number(fetching, "id")))
                .dataFetcher("userByName", this::byName)
                .dataFetcher(
                        "jobs",
                        fetching -> Pages.of(jobs, Fetching.caller(fetching).userId(), true, fetching));
    }

    private @Nullable User byName(DataFetchingEnvironment fetching) {
        String name = Fetching.text(fetching, "username");
        return accounts.user(name.startsWith("~") ? name.substring(1) : name).orElse(null);
    }

    private TypeRuntimeWiring.Builder user(TypeRuntimeWiring.Builder type) {
        // Accounts do not remember changes, and no profile beside name and address.
        return type.dataFetcher(
                        "updated",
                        fetching -> Fetching.source(fetching, User.class).created())
                .dataFetcher(
                        "canonicalName",
                        fetching -> Fetching.source(fetching, User.class).canonicalName())
                .dataFetcher("url", fetching -> null)
                .dataFetcher("location", fetching -> null)
                .dataFetcher("bio", fetching -> null)
                .dataFetcher("jobs", this::jobs);
    }

    private Pages.Jobs jobs(DataFetchingEnvironment fetching) {
        Principal caller = Fetching.caller(fetching);
        User user = Fetching.source(fetching, User.class);
        return Pages.of(jobs, user.id(), caller.userId() == user.id() || caller.mayAdminister(), fetching);
    }
}
