package dev.trivet.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Standard output and standard error of a command. Results go to the one, what is said about them to the other. Always UTF-8. Every
 * call writes through at once, as a whole. Thread-safe.
 */
public final class Output {
    private static final ObjectWriter PRETTY = JsonMapper.shared().writer().with(SerializationFeature.INDENT_OUTPUT);
    private static final ObjectWriter ONE_LINE = JsonMapper.shared().writer();

    private final OutputStream out;
    private final OutputStream err;
    private final boolean terminal;
    private final boolean errorTerminal;
    private final boolean colours;
    private final boolean errorColours;

    /**
     * Output to the given streams.
     *
     * @param terminal whether a person watches {@code out}
     * @param errorTerminal whether a person watches {@code err}
     * @param environment NO_COLOR and TERM are looked at
     */
    public Output(
            OutputStream out,
            OutputStream err,
            boolean terminal,
            boolean errorTerminal,
            Map<String, String> environment) {
        this.out = Objects.requireNonNull(out, "out is null");
        this.err = Objects.requireNonNull(err, "err is null");
        this.terminal = terminal;
        this.errorTerminal = errorTerminal;
        boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
        this.colours = terminal && wanted;
        this.errorColours = errorTerminal && wanted;
    }

    /** That of this process. The launcher says by {@code -Dtrivet.terminal=out,err} which of the two are terminals. */
    public static Output ofProcess() {
        String terminals = System.getProperty("trivet.terminal", "");
        return new Output(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                terminals.contains("out"),
                terminals.contains("err"),
                System.getenv());
    }

    /** Whether standard output may have colours. */
    public boolean colours() {
        return colours;
    }

    /** Writes a line of the result. */
    public void line(String text) {
        write(out, text + "\n");
    }

    /** Writes a text of the result as it is. */
    public void text(String text) {
        write(out, text);
    }

    /** Standard output for those who want a writer; it need not be closed. */
    public PrintWriter writer() {
        return new PrintWriter(
                new Writer() {
                    @Override
                    public void write(char[] characters, int from, int length) {
                        text(new String(characters, from, length));
                    }

                    @Override
                    public void flush() {
                        // every write goes through at once
                    }

                    @Override
                    public void close() {
                        // the process has it longer
                    }
                },
                true);
    }

    /** One of the two streams, for logs: they go to standard error where standard output is for JSON. */
    public Stream stream(boolean error) {
        return error ? new Stream(err, errorTerminal, errorColours) : new Stream(out, terminal, colours);
    }

    /** A stream of its own. */
    public final class Stream {
        private final OutputStream stream;
        private final boolean terminal;
        private final boolean colours;

        private Stream(OutputStream stream, boolean terminal, boolean colours) {
            this.stream = stream;
            this.terminal = terminal;
            this.colours = colours;
        }

        /** Whether a person watches it. */
        public boolean terminal() {
            return terminal;
        }

        /** Whether it may have colours. */
        public boolean colours() {
            return colours;
        }

        /** Writes bytes through. */
        public void write(byte[] bytes) {
            Output.this.write(stream, bytes);
        }

        /** Writes a line in a style. */
        public void line(Style style, String text) {
            Output.this.write(stream, style.apply(text, colours) + "\n");
        }
    }

    /** Writes a value as indented JSON. */
    public void json(Object value) {
        write(out, json(PRETTY, value) + "\n");
    }

    /** Writes a value as JSON in one line. */
    public void jsonLine(Object value) {
        write(out, json(ONE_LINE, value) + "\n");
    }

    /** Says something about what is going on, on standard error. */
    public void say(String text) {
        write(err, text + "\n");
    }

    /** Says something in a style, on standard error. */
    public void say(Style style, String text) {
        write(err, style.apply(text, errorColours) + "\n");
    }

    /** Says what went wrong. */
    public void error(String text) {
        write(err, Style.RED.apply("error:", errorColours) + " " + text + "\n");
    }

    /** The text in a style, if standard output has colours. */
    public String styled(Style style, String text) {
        return style.apply(text, colours);
    }

    private static String json(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsString(value);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(value.getClass() + " is no JSON value", e);
        }
    }

    private void write(OutputStream stream, String text) {
        write(stream, text.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void write(OutputStream stream, byte[] bytes) {
        try {
            stream.write(bytes);
            stream.flush();
        } catch (IOException e) {
            throw new OutputClosedException(e);
        }
    }
}
