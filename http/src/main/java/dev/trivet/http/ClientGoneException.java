package dev.trivet.http;

import java.io.IOException;

/** The client left before it had sent everything. Nobody can be answered. */
final class ClientGoneException extends IOException {
    ClientGoneException(Throwable cause) {
        super("the client left before it had sent the whole request", cause);
    }
}
