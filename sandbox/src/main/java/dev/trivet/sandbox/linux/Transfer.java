package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Execution;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.Sandbox.SandboxFile;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Files in and out of a sandbox by commands inside of it: whatever links and names a job has put there, they are resolved where the
 * job itself lives, so nothing of the host can be reached by them, and a job that replaced the tools only cheats itself.
 */
final class Transfer {
    private static final int MOST_WORDS = 4096;
    private static final String UNPACK = "mkdir -p \"$0\" && exec tar -x -p -f - -C \"$0\"";
    private static final String READ = """
            if [ ! -e "$0" ]; then echo N; exit 0; fi
            if [ ! -f "$0" ]; then echo X; exit 0; fi
            exec 3<"$0"
            echo "F" $(wc -c <"$0")
            exec cat <&3
            """;

    private final Sandbox sandbox;

    Transfer(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    void put(String directory, InputStream tar) throws SandboxException {
        absolute(directory);
        var words = new ByteArrayOutputStream();
        var execution = sandbox.start(command(UNPACK, directory), (bytes, offset, length) -> {
            if (words.size() < MOST_WORDS) {
                words.write(bytes, offset, length);
            }
        });
        var copied = new CompletableFuture<IOException>();
        Thread.ofPlatform().daemon().name("put-tar").start(() -> copied.complete(copy(tar, execution)));
        var problem = copied.join();
        var exit = execution.exit().join();
        if (!exit.equals(new Exit.Code(0))) {
            throw new SandboxException(
                    Reason.INFRASTRUCTURE,
                    "cannot unpack into " + directory + " of the sandbox (" + exit + "): "
                            + words.toString(StandardCharsets.UTF_8).strip());
        }
        if (problem != null) {
            throw new SandboxException(
                    Reason.INFRASTRUCTURE, "the archive for " + directory + " cannot be read", problem);
        }
    }

    /** @return why the archive could not be read, or null; that tar has gone is told by its exit code instead */
    private static @Nullable IOException copy(InputStream tar, Execution execution) {
        var buffer = new byte[64 * 1024];
        try (var stdin = execution.stdin()) {
            while (true) {
                int count;
                try {
                    count = tar.read(buffer);
                } catch (IOException e) {
                    execution.signal(15);
                    return e;
                }
                if (count < 0) {
                    return null;
                }
                stdin.write(buffer, 0, count);
            }
        } catch (IOException e) {
            return null;
        }
    }

    SandboxFile read(String path) throws SandboxException {
        absolute(path);
        var stream = new ReceivedStream();
        var execution = sandbox.start(command(READ, path), stream);
        var _ = execution.exit().thenAccept(exit -> {
            try {
                stream.end();
            } catch (IOException e) {
                stream.close();
            }
        });
        try {
            var line = line(stream);
            if (line.equals("N")) {
                throw new SandboxException(Reason.NOT_FOUND, "there is no file " + path + " in the sandbox");
            }
            if (line.equals("X")) {
                throw new SandboxException(Reason.NOT_A_FILE, path + " in the sandbox is not a regular file");
            }
            if (!line.matches("F [0-9]{1,18}")) {
                throw new SandboxException(
                        Reason.INFRASTRUCTURE, "the file " + path + " of the sandbox cannot be read: " + line);
            }
            long size = Long.parseLong(line.substring(2));
            return new SandboxFile(path, size, new Content(stream, execution, path, size));
        } catch (IOException e) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "the file " + path + " cannot be read", e);
        }
    }

    private static String line(InputStream stream) throws IOException {
        var line = new ByteArrayOutputStream();
        int next;
        while ((next = stream.read()) >= 0 && next != '\n' && line.size() < MOST_WORDS) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static Command command(String script, String path) {
        return new Command(List.of("/bin/sh", "-c", script, path), Map.of(), "/", "root");
    }

    /** @throws SandboxException unless it is the absolute path of a file */
    static void absolute(String path) throws SandboxException {
        if (!path.startsWith("/") || path.indexOf(0) >= 0) {
            throw new SandboxException(Reason.NOT_FOUND, "a path of a sandbox starts with a slash, not like: " + path);
        }
    }

    /** Exactly as many bytes as were announced: a file that shrinks meanwhile is an error, what is appended is left out. */
    private static final class Content extends FilterInputStream {
        private final Execution execution;
        private final String path;
        private long left;

        Content(InputStream stream, Execution execution, String path, long size) {
            super(stream);
            this.execution = execution;
            this.path = path;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = super.read(bytes, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("the file " + path + " of the sandbox ended " + left + " bytes early");
            }
            left -= count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            return count <= 0 ? 0 : readNBytes((int) Math.min(count, 1 << 16)).length;
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() throws IOException {
            super.close();
            if (!execution.exit().isDone()) {
                execution.signal(9);
            }
        }
    }
}
