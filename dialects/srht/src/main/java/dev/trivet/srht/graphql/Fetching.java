package dev.trivet.srht.graphql;

import dev.trivet.accounts.Principal;
import graphql.schema.DataFetchingEnvironment;
import java.util.List;
import java.util.Objects;

/** What a field that is fetched surely has. */
final class Fetching {
    private Fetching() {}

    /** Who asks. */
    static Principal caller(DataFetchingEnvironment fetching) {
        Principal caller = fetching.getGraphQlContext().get(Principal.class);
        return Objects.requireNonNull(caller, "nobody asks");
    }

    /** The thing whose field it is; of a type below the root. */
    static <T> T source(DataFetchingEnvironment fetching, Class<T> type) {
        return type.cast(Objects.requireNonNull(fetching.<Object>getSource(), "a field of the root has no source"));
    }

    /** A number that the schema demands. */
    static int number(DataFetchingEnvironment fetching, String argument) {
        return Objects.requireNonNull(fetching.<Integer>getArgument(argument), () -> argument + " is null");
    }

    /** A text, or the name of an enum's value, that the schema demands. */
    static String text(DataFetchingEnvironment fetching, String argument) {
        return Objects.requireNonNull(fetching.<String>getArgument(argument), () -> argument + " is null");
    }

    /** A list that may be left out or null. */
    static <T> List<T> list(DataFetchingEnvironment fetching, String argument) {
        List<T> list = fetching.getArgument(argument);
        return list == null ? List.of() : list;
    }
}
