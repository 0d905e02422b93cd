package dev.trivet.http;

import java.io.IOException;

/** What a route does. Runs on a virtual thread of its own: it may block. */
@FunctionalInterface
public interface Handler {

    /**
     * Answers a request whose caller has been checked already.
     *
     * @throws HttpException to answer with an error in the shape of the route's group
     */
    Response handle(Request request) throws IOException, InterruptedException;
}
