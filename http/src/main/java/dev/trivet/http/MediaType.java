package dev.trivet.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A content type without its parameters, in lower case; empty if the request named none. */
record MediaType(String essence) {

    static MediaType parse(@Nullable String header) {
        if (header == null) {
            return new MediaType("");
        }
        int semicolon = header.indexOf(';');
        return new MediaType(
                (semicolon < 0 ? header : header.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT));
    }

    boolean isJson() {
        return essence.equals("application/json") || (essence.startsWith("application/") && essence.endsWith("+json"));
    }

    boolean isForm() {
        return essence.equals("application/x-www-form-urlencoded");
    }

    boolean isAbsent() {
        return essence.isEmpty();
    }
}
