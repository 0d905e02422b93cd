package dev.trivet.circus;

import dev.trivet.http.Request;
import java.util.UUID;
import java.util.regex.Pattern;

/** UUIDs of paths, queries and bodies. */
public final class Ids {
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private Ids() {}

    /**
     * A parameter of the path.
     *
     * @throws dev.trivet.http.HttpException 400 if it is no UUID
     */
    public static UUID of(Request request, String name) {
        return parse(name, request.parameter(name));
    }

    /**
     * A text that must be a UUID.
     *
     * @throws dev.trivet.http.HttpException 400 if it is none
     */
    public static UUID parse(String name, String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw CircusErrors.invalid(
                    name, "expected a UUID such as 7f8c1c52-2a6e-4f6b-9d0a-2f4f2c1b3a55, not '" + shown(text) + "'");
        }
        return UUID.fromString(text);
    }

    private static String shown(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
