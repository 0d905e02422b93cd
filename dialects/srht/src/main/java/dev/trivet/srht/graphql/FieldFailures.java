package dev.trivet.srht.graphql;

import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import dev.trivet.store.DatabaseUnavailableException;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes errors of the answer of what goes wrong at a field. Our own mistakes are logged and not shown. */
final class FieldFailures implements DataFetcherExceptionHandler {
    /** Where the request's context has the failure that makes the whole answer useless. */
    static final Class<DatabaseUnavailableException> UNAVAILABLE = DatabaseUnavailableException.class;

    private static final Logger LOG = LoggerFactory.getLogger(FieldFailures.class);

    @Override
    public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
            DataFetcherExceptionHandlerParameters failed) {
        Throwable cause = failed.getException() instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failed.getException();
        return CompletableFuture.completedFuture(DataFetcherExceptionHandlerResult.newResult()
                .error(error(failed, cause))
                .build());
    }

    private static GraphQLError error(DataFetcherExceptionHandlerParameters failed, Throwable cause) {
        return switch (cause) {
            case Refusal refusal -> error(failed, String.valueOf(refusal.getMessage()), refusal.field());
            case HttpException refused -> error(failed, refused.problem());
            case DatabaseUnavailableException unavailable -> {
                failed.getDataFetchingEnvironment().getGraphQlContext().put(UNAVAILABLE, unavailable);
                yield error(failed, "the database cannot be reached at the moment; try again in a second", null);
            }
            default -> {
                LOG.error("the field {} failed", failed.getPath(), cause);
                yield error(failed, "an error on our side; the server's log has it", null);
            }
        };
    }

    private static GraphQLError error(DataFetcherExceptionHandlerParameters failed, Problem problem) {
        Problem.Detail first = problem.details().getFirst();
        return error(failed, first.reason(), first.field());
    }

    private static GraphQLError error(
            DataFetcherExceptionHandlerParameters failed, String message, @Nullable String field) {
        var error = GraphqlErrorBuilder.newError()
                .message("%s", message)
                .path(failed.getPath())
                .location(failed.getSourceLocation());
        if (field != null) {
            error.extensions(Map.of("field", field));
        }
        return error.build();
    }
}
