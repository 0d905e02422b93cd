package dev.trivet.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** The headers that keep a browser from doing more with an answer than it is meant for. */
final class SecurityHeaders {
    private static final String PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
            + " frame-ancestors 'none'";
    private static final String OTHER_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

    private SecurityHeaders() {}

    static void add(HttpFields.Mutable headers, Response.Body body) {
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
        if (!headers.contains("Referrer-Policy")) {
            headers.put("Referrer-Policy", "same-origin");
        }
        if (!headers.contains("Cross-Origin-Resource-Policy")) {
            headers.put("Cross-Origin-Resource-Policy", "same-origin");
        }
        headers.put("Content-Security-Policy", body instanceof Response.Body.Html ? PAGE_POLICY : OTHER_POLICY);
        if (!headers.contains(HttpHeader.CACHE_CONTROL)) {
            switch (body) {
                case Response.Body.Html html -> headers.put(HttpHeader.CACHE_CONTROL, "private, no-cache");
                case Response.Body.Json json -> headers.put(HttpHeader.CACHE_CONTROL, "no-store");
                case Response.Body.Text text -> headers.put(HttpHeader.CACHE_CONTROL, "no-store");
                case Response.Body.Events events -> headers.put(HttpHeader.CACHE_CONTROL, "no-store");
                case Response.Body.Stream stream -> headers.put(HttpHeader.CACHE_CONTROL, "private, no-cache");
                case Response.Body.Produced produced -> headers.put(HttpHeader.CACHE_CONTROL, "private, no-cache");
                case Response.Body.Empty empty -> headers.put(HttpHeader.CACHE_CONTROL, "no-store");
                case Response.Body.Bytes bytes -> headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
            }
        }
    }
}
