package dev.trivet.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Chooses a port before the server listens: addresses with the port in them are written before that. */
final class FreePort {
    private FreePort() {}

    static int on(String host) throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return probe.getLocalPort();
        }
    }
}
