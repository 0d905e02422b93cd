package dev.trivet.notify.mail;

import dev.trivet.notify.InternalAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import javax.net.SocketFactory;

/** Makes sockets that do not connect to the inside, whatever the name was resolved to. */
final class GuardedSockets extends SocketFactory {
    @Override
    public Socket createSocket() {
        return new Guarded();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
    }

    private static Socket connected(InetSocketAddress to, @org.jspecify.annotations.Nullable InetSocketAddress from)
            throws IOException {
        Socket socket = new Guarded();
        try {
            if (from != null) {
                socket.bind(from);
            }
            socket.connect(to);
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private static final class Guarded extends Socket {
        @Override
        public void connect(SocketAddress to, int timeout) throws IOException {
            if (to instanceof InetSocketAddress address
                    && !address.isUnresolved()
                    && InternalAddresses.isInternal(address.getAddress())) {
                throw new SocketException("it leads to an internal address, which the server's configuration does not"
                        + " allow (server.allow_internal_requests)");
            }
            super.connect(to, timeout);
        }

        @Override
        public void connect(SocketAddress to) throws IOException {
            connect(to, 0);
        }
    }
}
