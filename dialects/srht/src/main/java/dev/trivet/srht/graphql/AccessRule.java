package dev.trivet.srht.graphql;

import dev.trivet.accounts.Grant;
import dev.trivet.accounts.GrantLevel;
import dev.trivet.srht.SrhtPlanner;
import graphql.language.EnumValue;
import graphql.schema.DataFetcher;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.idl.SchemaDirectiveWiring;
import graphql.schema.idl.SchemaDirectiveWiringEnvironment;
import java.util.Locale;
import java.util.Objects;

/** Lets only tokens with the grant that the schema names see a field: the directive {@code @access}. */
final class AccessRule implements SchemaDirectiveWiring {
    static final String NAME = "access";

    @Override
    public GraphQLFieldDefinition onField(SchemaDirectiveWiringEnvironment<GraphQLFieldDefinition> environment) {
        Grant needed = new Grant(
                SrhtPlanner.DIALECT,
                word(environment, "scope").toLowerCase(Locale.ROOT),
                word(environment, "kind").equals("RW") ? GrantLevel.WRITE : GrantLevel.READ);
        DataFetcher<?> field = environment.getFieldDataFetcher();
        environment.setFieldDataFetcher(fetching -> {
            if (!Fetching.caller(fetching).allows(needed)) {
                throw Refusal.of("the token lacks the grant " + needed + "; create one that has it");
            }
            return field.get(fetching);
        });
        return environment.getElement();
    }

    private static String word(SchemaDirectiveWiringEnvironment<?> environment, String name) {
        var argument = environment.getAppliedDirective(NAME).getArgument(name);
        Object value = Objects.requireNonNull(argument, "the schema demands it")
                .getArgumentValue()
                .getValue();
        return value instanceof EnumValue literal ? literal.getName() : String.valueOf(value);
    }
}
