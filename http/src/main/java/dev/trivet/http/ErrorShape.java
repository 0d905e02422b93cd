package dev.trivet.http;

/** How a dialect tells errors. Each group of routes has one; whatever goes wrong below its prefix is told in it. Thread-safe. */
@FunctionalInterface
public interface ErrorShape {

    /** The response for this problem. Its headers need not be copied: the server adds {@link Problem#headers()}. */
    Response render(Problem problem, Exchange exchange);

    /**
     * What is known of every request, even of one that no route was found for.
     *
     * @param requestId unique, also in the response's {@code X-Request-Id}
     * @param method as sent, or empty if the request could not be read
     * @param path as sent, without the query, or {@code /} if the request could not be read
     */
    record Exchange(String requestId, String method, String path) {}
}
