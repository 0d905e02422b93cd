package dev.trivet.srht.graphql;

import graphql.analysis.FieldComplexityEnvironment;
import graphql.analysis.MaxQueryComplexityInstrumentation;
import graphql.execution.AbortExecutionException;
import graphql.execution.instrumentation.ChainedInstrumentation;
import graphql.execution.instrumentation.Instrumentation;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationFieldFetchParameters;
import graphql.schema.DataFetcher;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How much one request may ask for (spec section 4.1). */
final class Limits {
    /** Fields of one request. */
    static final int COMPLEXITY = 250;

    /** From its beginning to the last field that is begun. */
    static final Duration TIME = Duration.ofSeconds(3);

    private static final Class<Instant> DEADLINE = Instant.class;

    private Limits() {}

    static Instrumentation of(InstantSource clock) {
        return new ChainedInstrumentation(
                new MaxQueryComplexityInstrumentation(COMPLEXITY, Limits::complexity), new TimeLimit(clock));
    }

    /** One for each field; the schema's description of itself is not counted. */
    private static int complexity(FieldComplexityEnvironment field, int ofChildren) {
        boolean introspection = field.getField().getName().startsWith("__");
        return introspection ? 0 : 1 + ofChildren;
    }

    /** Begins nothing more when the time is over. */
    private static final class TimeLimit extends SimplePerformantInstrumentation {
        private final InstantSource clock;

        TimeLimit(InstantSource clock) {
            this.clock = clock;
        }

        @Override
        public DataFetcher<?> instrumentDataFetcher(
                DataFetcher<?> field, InstrumentationFieldFetchParameters parameters, InstrumentationState state) {
            if (parameters.isTrivialDataFetcher()) {
                return field;
            }
            return fetching -> {
                Instant now = clock.instant();
                Instant deadline = fetching.getGraphQlContext().computeIfAbsent(DEADLINE, key -> now.plus(TIME));
                if (now.isAfter(deadline)) {
                    throw new AbortExecutionException(
                            "the request took longer than " + TIME.toSeconds() + " seconds; ask for less at once");
                }
                return field.get(fetching);
            };
        }
    }
}
