package dev.trivet.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses a free port of 127.0.0.1 below the range that the kernel hands out to outgoing connections: none of those can take it
 * in the moment between a crash and the restart.
 */
final class LoopbackPort {

    private static final int LOWEST = 15_000;
    private static final int KERNEL_DEFAULT = 32_768;

    private LoopbackPort() {}

    static int choose() throws IOException {
        int end = Math.max(LOWEST + 1_000, ephemeralStart());
        for (int attempt = 0; attempt < 200; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("No free port found on 127.0.0.1 between " + LOWEST + " and " + end);
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int ephemeralStart() {
        try {
            return Integer.parseInt(Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))
                    .strip()
                    .split("\\s+", 2)[0]);
        } catch (IOException | NumberFormatException e) {
            return KERNEL_DEFAULT;
        }
    }
}
