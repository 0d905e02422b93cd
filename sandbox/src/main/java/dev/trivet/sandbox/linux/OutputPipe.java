package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.OutputSink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The pipe that a command writes its output to. {@link Process#getInputStream} will not do: a daemon that the command leaves behind
 * keeps the pipe open, and a blocked read of it can neither be ended nor told that the command is over.
 */
final class OutputPipe {
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final short READABLE = 1;
    private static final int BUFFER = 64 * 1024;
    /** What a pipe can hold: all that the command itself wrote is within it when the command has ended. */
    private static final int CAPACITY = 64 * 1024;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle PIPE2 =
            function("pipe2", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle POLL = function(
            "poll",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle READ = function(
            "read",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final int output;
    private final int outputEnd;
    private final int wake;
    private int wakeEnd;

    OutputPipe() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(8);
            pair(ends);
            output = ends.get(ValueLayout.JAVA_INT, 0);
            outputEnd = ends.get(ValueLayout.JAVA_INT, 4);
            pair(ends);
            wake = ends.get(ValueLayout.JAVA_INT, 0);
            wakeEnd = ends.get(ValueLayout.JAVA_INT, 4);
        }
    }

    /** What the command's output is redirected to. */
    Path target() {
        return Path.of("/proc/self/fd/" + outputEnd);
    }

    /** To be called when the command was started (or could not be): from now on only it holds the writing end. */
    void started() {
        close(outputEnd);
    }

    /** Tells {@link #pump} that the command has ended. May be called once, from any thread. */
    synchronized void ended() {
        if (wakeEnd >= 0) {
            close(wakeEnd);
            wakeEnd = -1;
        }
    }

    /**
     * Hands everything to the sink until all writers are gone, or the command has ended and what it wrote is out. Blocks its
     * platform thread. A sink that throws makes this method throw, after which {@link #discard} should follow.
     */
    void pump(OutputSink sink) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var polls = polls(arena);
            var segment = arena.allocate(BUFFER);
            var bytes = new byte[BUFFER];
            var ended = false;
            long late = 0;
            while (true) {
                int ready = poll(polls, ended ? 0 : -1);
                boolean data = revents(polls, 0) != 0;
                if (!ended && revents(polls, 1) != 0) {
                    ended = true;
                }
                if (ready > 0 && data) {
                    int count = (int) read(output, segment);
                    if (count == 0) {
                        return;
                    }
                    if (count > 0) {
                        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
                        sink.accept(bytes, 0, count);
                        late += ended ? count : 0;
                    }
                } else if (ended) {
                    return;
                }
                if (late > CAPACITY) {
                    return;
                }
            }
        }
    }

    /** Reads on and throws away, so that whoever still holds the writing end is neither blocked nor killed. Ends when all are gone. */
    void discard() {
        try (var arena = Arena.ofConfined()) {
            var segment = arena.allocate(BUFFER);
            while (read(output, segment) > 0) {
                // the bytes belong to nobody any more
            }
        }
        close(output);
        close(wake);
        ended();
    }

    private MemorySegment polls(Arena arena) {
        var polls = arena.allocate(16, 4);
        polls.set(ValueLayout.JAVA_INT, 0, output);
        polls.set(ValueLayout.JAVA_SHORT, 4, READABLE);
        polls.set(ValueLayout.JAVA_INT, 8, wake);
        polls.set(ValueLayout.JAVA_SHORT, 12, READABLE);
        return polls;
    }

    private static short revents(MemorySegment polls, int index) {
        return polls.get(ValueLayout.JAVA_SHORT, index * 8L + 6);
    }

    private static void pair(MemorySegment ends) throws IOException {
        int result;
        try {
            result = (int) PIPE2.invokeExact(ends, CLOSE_ON_EXEC);
        } catch (Throwable e) {
            throw new IllegalStateException("pipe2 cannot be called", e);
        }
        if (result != 0) {
            throw new IOException("no pipe can be made: too many open files? Raise the limit (ulimit -n)");
        }
    }

    private static int poll(MemorySegment polls, int timeout) {
        try {
            return (int) POLL.invokeExact(polls, 2L, timeout);
        } catch (Throwable e) {
            throw new IllegalStateException("poll cannot be called", e);
        }
    }

    private static long read(int descriptor, MemorySegment segment) {
        try {
            return (long) READ.invokeExact(descriptor, segment, segment.byteSize());
        } catch (Throwable e) {
            throw new IllegalStateException("read cannot be called", e);
        }
    }

    private static void close(int descriptor) {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("close cannot be called", e);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }
}
