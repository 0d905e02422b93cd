package dev.trivet.srht.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/** The scalars of the schema that are not GraphQL's own (spec section 4.2). Both are texts on the wire. */
final class Scalars {
    static final GraphQLScalarType TIME = GraphQLScalarType.newScalar()
            .name("Time")
            .coercing(new Text() {
                @Override
                Object read(String text) {
                    try {
                        return Instant.parse(text);
                    } catch (DateTimeException e) {
                        throw new CoercingParseValueException(
                                "a time is written like 2026-01-31T12:00:00Z, not: " + text, e);
                    }
                }
            })
            .build();

    static final GraphQLScalarType CURSOR = GraphQLScalarType.newScalar()
            .name("Cursor")
            .coercing(new Text() {
                @Override
                Object read(String text) {
                    return Pages.start(text);
                }
            })
            .build();

    private Scalars() {}

    private abstract static class Text implements Coercing<Object, String> {
        abstract Object read(String text);

        @Override
        public String serialize(Object result, GraphQLContext context, Locale locale)
                throws CoercingSerializeException {
            return result.toString();
        }

        @Override
        public Object parseValue(Object input, GraphQLContext context, Locale locale) {
            if (input instanceof String text) {
                return read(text);
            }
            throw new CoercingParseValueException("a text is expected");
        }

        @Override
        public Object parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            if (!(input instanceof StringValue literal)) {
                throw new CoercingParseLiteralException("a text is expected");
            }
            try {
                return read(Objects.requireNonNullElse(literal.getValue(), ""));
            } catch (CoercingParseValueException e) {
                throw new CoercingParseLiteralException(String.valueOf(e.getMessage()), e);
            }
        }
    }
}
