package dev.trivet.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** nginx with the files of a directory, as one would set it up for a binary cache. */
final class Nginx implements AutoCloseable {
    private static final List<String> PLACES = List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin");
    private static final int STARTS = 200;

    private final Process process;
    private final URI address;

    private Nginx(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Whether it is installed. */
    static boolean isThere() {
        return isInstalled("nginx");
    }

    static boolean isInstalled(String program) {
        return PLACES.stream().anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    private static String program() {
        return PLACES.stream()
                .map(place -> Path.of(place, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow()
                .toString();
    }

    /** Starts one that serves the files of a directory at its root and keeps its own in another. */
    static Nginx start(Path home, Path files) throws IOException, InterruptedException {
        int port = FreePort.choose();
        Path configuration = Files.writeString(home.resolve("nginx.conf"), """
                daemon off;
                pid %1$s/pid;
                error_log %1$s/error.log;
                worker_processes 2;
                user root;
                events { worker_connections 512; }
                http {
                    access_log off;
                    sendfile on;
                    tcp_nopush on;
                    open_file_cache max=100;
                    keepalive_requests 1000000;
                    client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                    types { text/x-nix-narinfo narinfo; application/x-nix-nar nar; }
                    server { listen 127.0.0.1:%2$d; root %3$s; }
                }
                """.formatted(home, port, files));
        Process process = new ProcessBuilder(program(), "-p", home.toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("said.txt").toFile())
                .start();
        for (int attempt = 0; attempt < STARTS && process.isAlive(); attempt++) {
            if (listens(port)) {
                return new Nginx(process, URI.create("http://127.0.0.1:" + port + "/"));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        process.destroyForcibly();
        throw new IOException("nginx did not start: " + Files.readString(home.resolve("said.txt")));
    }

    private static boolean listens(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Where it listens, with a slash at the end. */
    URI address() {
        return address;
    }

    @Override
    public void close() {
        // Its workers end with it, unless it is killed.
        Stream<ProcessHandle> workers = process.descendants();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                workers.forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
