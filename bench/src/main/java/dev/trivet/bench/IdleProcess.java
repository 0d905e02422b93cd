package dev.trivet.bench;

import java.io.IOException;

/** An {@link IdleJvm} that has come up. */
final class IdleProcess implements AutoCloseable {
    private final Process process;
    private final long startNanos;

    private IdleProcess(Process process, long startNanos) {
        this.process = process;
        this.startNanos = startNanos;
    }

    static IdleProcess start() throws IOException {
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(JavaCommand.idle())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() < 0) {
            throw new IOException("an idle JVM did not come up");
        }
        return new IdleProcess(process, System.nanoTime() - begun);
    }

    /** From the start of the process to its first byte, in nanoseconds. */
    long startNanos() {
        return startNanos;
    }

    long residentBytes() throws IOException {
        return ResidentMemory.of(process.pid());
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
