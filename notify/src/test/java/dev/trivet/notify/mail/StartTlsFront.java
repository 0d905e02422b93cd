package dev.trivet.notify.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Speaks STARTTLS before a mail server that does not: after that everything is passed on. */
final class StartTlsFront implements AutoCloseable {
    private final ServerSocket socket;
    private final SSLContext tls;
    private final int behind;
    private final boolean offers;
    private final List<String> inTheOpen = new CopyOnWriteArrayList<>();

    /** @param offers whether it can encrypt */
    StartTlsFront(SSLContext tls, int behind, boolean offers) throws IOException {
        this.tls = tls;
        this.behind = behind;
        this.offers = offers;
        this.socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::run);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** What was said before it was encrypted. */
    List<String> inTheOpen() {
        return inTheOpen;
    }

    private void run() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            say(client, "220 front");
            for (String line = line(client.getInputStream()); line != null; line = line(client.getInputStream())) {
                inTheOpen.add(line);
                if (line.startsWith("EHLO")) {
                    say(client, offers ? "250-front\r\n250 STARTTLS" : "250 front");
                } else if (line.equals("STARTTLS")) {
                    say(client, "220 go on");
                    encrypted(client);
                    return;
                } else {
                    say(client, line.equals("QUIT") ? "221 bye" : "530 only encrypted");
                }
            }
        } catch (IOException ended) {
            // The client is gone.
        }
    }

    private void encrypted(Socket client) throws IOException {
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(client, null, client.getPort(), true);
        secure.setUseClientMode(false);
        try (secure;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            // The greeting has been given.
            String _ = line(server.getInputStream());
            Thread back = Thread.ofVirtual().start(() -> pass(server, secure));
            pass(secure, server);
            back.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
            }
            to.close();
        } catch (IOException ended) {
            // One of them is gone.
        }
    }

    private static void say(Socket to, String text) throws IOException {
        to.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        to.getOutputStream().flush();
    }

    private static String line(InputStream in) throws IOException {
        var text = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return text.toString().strip();
            }
            text.append((char) c);
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
