package dev.trivet.http;

import java.util.regex.Pattern;

/**
 * A header of a response.
 *
 * @param name a token
 * @param value visible characters of ISO 8859-1, spaces and tabs
 */
public record Header(String name, String value) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\xa0-\\xff]*");

    /**
     * @throws IllegalArgumentException if it could not be sent as it is, or would break out of its line
     */
    public Header {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not a header name");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("the value of header " + name + " has characters that cannot be sent");
        }
    }
}
