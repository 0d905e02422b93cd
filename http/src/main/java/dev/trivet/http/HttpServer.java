package dev.trivet.http;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.Executors;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpCompliance.Violation;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves a route table over HTTP/1.1, one virtual thread for each request. */
public final class HttpServer implements AutoCloseable {
    /** Selectors and acceptors only: requests run on virtual threads. */
    private static final int PLATFORM_THREADS = 16;

    private static final int ACCEPT_QUEUE = 1024;
    private static final int SMALLEST_COMPRESSED = 1024;

    private final HttpSettings settings;
    private final EventStreams streams;
    private final Server server;
    private final ServerConnector connector;
    private final SlowHeaders slowHeaders;

    public HttpServer(HttpSettings settings, Routes routes, Identities identities) {
        this.settings = settings;
        this.streams = new EventStreams(settings.watchers(), settings.heartbeat());
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-request-", 0).factory()));
        this.server = new Server(threads);
        this.connector = new ServerConnector(server, new HttpConnectionFactory(configuration(settings)));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setIdleTimeout(settings.idleTimeout().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(settings.connections(), connector));
        this.slowHeaders = new SlowHeaders(connector, settings.headerTimeout());
        ResponseWriter writer = new ResponseWriter(streams);
        Doorman doorman = new Doorman(identities, settings.sessionCookie());
        server.setErrorHandler(new EarlyErrors(routes, writer));
        server.setHandler(
                new GracefulHandler(compressed(new Dispatcher(routes, doorman, writer, settings.bodyTimeout()))));
        server.setStopTimeout(settings.stopTimeout().toMillis());
    }

    private static HttpConfiguration configuration(HttpSettings settings) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendXPoweredBy(false);
        configuration.setRequestHeaderSize(settings.headerBytes());
        configuration.setUriCompliance(UriCompliance.DEFAULT);
        // A lone LF as line end is how two parsers in a row come to see different requests.
        configuration.setHttpCompliance(HttpCompliance.RFC9110.without(
                "TRIVET", Violation.LF_HEADER_TERMINATION, Violation.LF_CHUNK_TERMINATION));
        return configuration;
    }

    /** Only what is text and complete is compressed: never logs (text/plain), events, artifacts; request bodies are never unpacked. */
    private static CompressionHandler compressed(Dispatcher dispatcher) {
        GzipCompression gzip = new GzipCompression();
        gzip.setMinCompressSize(SMALLEST_COMPRESSED);
        CompressionHandler handler = new CompressionHandler(dispatcher);
        handler.putCompression(gzip);
        handler.putConfiguration(
                "/*",
                CompressionConfig.builder()
                        .compressIncludeMethod("GET")
                        .compressIncludeMethod("POST")
                        .compressIncludeMimeType("application/json")
                        .compressIncludeMimeType("text/html")
                        .compressIncludeMimeType("text/css")
                        .compressIncludeMimeType("text/javascript")
                        .compressIncludeMimeType("image/svg+xml")
                        .compressIncludeMimeType("application/rss+xml")
                        .decompressExcludePath("/*")
                        .build());
        return handler;
    }

    /**
     * Starts listening.
     *
     * @throws IOException if the address cannot be listened on
     */
    public void start() throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException(
                    "cannot listen on " + settings.host() + ":" + settings.port() + " (" + rootMessage(e)
                            + "); is another server running there? choose another address with --listen",
                    e);
        }
        slowHeaders.start();
    }

    /** The port listened on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Where this server is reached from this machine. */
    public URI uri() {
        String host = settings.host();
        String reachable = host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("::") ? "::1" : host;
        return URI.create("http://" + (reachable.indexOf(':') >= 0 ? "[" + reachable + "]" : reachable) + ":" + port());
    }

    /** Event streams open now. */
    public int watchers() {
        return streams.size();
    }

    /** Stops: takes no new requests, ends event streams, lets requests under way finish within the stop timeout. */
    @Override
    public void close() {
        slowHeaders.close();
        streams.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server did not stop cleanly: " + rootMessage(e), e);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
