package dev.trivet.srht.graphql;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Principal;
import dev.trivet.logs.LogStore;
import dev.trivet.srht.ArtifactStore;
import dev.trivet.srht.GroupStore;
import dev.trivet.srht.JobStore;
import dev.trivet.srht.SrhtJobs;
import dev.trivet.srht.SrhtSettings;
import dev.trivet.store.DatabaseUnavailableException;
import graphql.ErrorType;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The API: its schema ({@code schema.graphqls}) and who answers which field. Thread-safe. */
public final class GraphQlApi {
    private static final String SCHEMA = "/dev/trivet/srht/schema.graphqls";

    private final GraphQL graphql;
    private final Loaders loaders;

    /** What it stands on. */
    public record Ground(
            SrhtJobs actions,
            JobStore jobs,
            GroupStore groups,
            ArtifactStore artifacts,
            LogStore logs,
            Accounts accounts,
            InstantSource clock) {}

    public GraphQlApi(Ground ground, SrhtSettings settings) {
        Objects.requireNonNull(ground, "ground is null");
        this.loaders = new Loaders(ground.jobs, ground.artifacts, ground.groups, ground.accounts);
        this.graphql = GraphQL.newGraphQL(schema(ground, settings))
                .instrumentation(Limits.of(ground.clock))
                .defaultDataFetcherExceptionHandler(new FieldFailures())
                .build();
    }

    private static GraphQLSchema schema(Ground ground, SrhtSettings settings) {
        RuntimeWiring.Builder wiring = RuntimeWiring.newRuntimeWiring()
                .scalar(Scalars.TIME)
                .scalar(Scalars.CURSOR)
                .directive(AccessRule.NAME, new AccessRule());
        new ServerFields(settings).wire(wiring);
        new UserFields(ground.accounts, ground.jobs).wire(wiring);
        new JobFields(ground.jobs, ground.logs, settings).wire(wiring);
        new GroupFields().wire(wiring);
        new Mutations(ground.actions, ground.jobs, ground.groups).wire(wiring);
        try (InputStream text = Objects.requireNonNull(GraphQlApi.class.getResourceAsStream(SCHEMA), "no schema")) {
            return new SchemaGenerator()
                    .makeExecutableSchema(
                            new SchemaParser().parse(new InputStreamReader(text, StandardCharsets.UTF_8)),
                            wiring.build());
        } catch (IOException e) {
            throw new UncheckedIOException("the schema of the GraphQL API cannot be read", e);
        }
    }

    /**
     * An answer.
     *
     * @param status 200, or 422 if the query itself is wrong
     * @param body the members {@code data} and {@code errors} that are there
     */
    record Answer(int status, Map<String, Object> body) {}

    /**
     * Answers a request of this caller.
     *
     * @throws DatabaseUnavailableException if the database was not there for some of its fields
     */
    Answer answer(String query, @Nullable String operation, Map<String, Object> variables, Principal caller) {
        ExecutionInput input = ExecutionInput.newExecutionInput()
                .query(query)
                .operationName(operation)
                .variables(variables)
                .graphQLContext(Map.of(Principal.class, caller))
                .dataLoaderRegistry(loaders.registry())
                .build();
        ExecutionResult result = graphql.execute(input);
        DatabaseUnavailableException unavailable = input.getGraphQLContext().get(FieldFailures.UNAVAILABLE);
        if (unavailable != null) {
            throw unavailable;
        }
        List<GraphQLError> errors = result.getErrors();
        String code = errors.isEmpty() || result.isDataPresent() ? null : code(errors.getFirst());
        return code == null
                ? new Answer(200, result.toSpecification())
                : new Answer(
                        422,
                        Map.of(
                                "errors",
                                errors.stream()
                                        .map(error -> refused(error, code))
                                        .toList()));
    }

    /** Why the query was not run at all; null if it was. */
    private static @Nullable String code(GraphQLError error) {
        return switch (error.getErrorType()) {
            case ErrorType.InvalidSyntax -> "GRAPHQL_PARSE_FAILED";
            case ErrorType.ValidationError, ErrorType.OperationNotSupported -> "GRAPHQL_VALIDATION_FAILED";
            case ErrorType.ExecutionAborted -> "COMPLEXITY_LIMIT_EXCEEDED";
            default -> null;
        };
    }

    private static Map<String, Object> refused(GraphQLError error, String code) {
        Map<String, Object> told = new LinkedHashMap<>(error.toSpecification());
        told.put("extensions", Map.of("code", code));
        return told;
    }
}
