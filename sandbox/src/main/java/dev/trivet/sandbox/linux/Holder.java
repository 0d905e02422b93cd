package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * The process that holds one sandbox (see {@code holder.sh}). It lives as long as this side of its standard input is open: when the
 * server goes, by whatever death, the kernel closes it, the holder ends, and with it everything in its pid namespace.
 */
final class Holder implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration REAPING = Duration.ofSeconds(5);
    private static final int FIRST_PROCESSES = 2;
    private static final Pattern CHILD = Pattern.compile("\"child-pid\":\\s*(\\d+)[^}]*}");
    private static final Pattern NETWORK = Pattern.compile("net (1|failed[^\\n]*\\n)");
    private static final int MOST_WORDS = 4096;

    private final Process process;
    private final StringBuilder said = new StringBuilder();
    private final CompletableFuture<Integer> first = new CompletableFuture<>();
    private final CompletableFuture<Boolean> network = new CompletableFuture<>();
    /** Read and written by the listening thread only. */
    private boolean maps;

    private volatile long pid;

    private Holder(Process process, boolean maps) {
        this.process = process;
        this.maps = maps;
    }

    /** Starts it and returns when the sandbox's first process runs. */
    static Holder start(UserNamespace namespace, List<String> arguments) throws SandboxException {
        Process process;
        try {
            process = Subprocess.clean(arguments).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new SandboxException(
                    Reason.INFRASTRUCTURE, "cannot start the sandbox's holder: " + e.getMessage(), e);
        }
        var holder = new Holder(process, namespace.asksForMaps());
        Thread.ofPlatform().daemon().name("holder-" + process.pid()).start(holder::listen);
        try {
            var _ = holder.await(holder.first, "start its first process");
            holder.pid = child(process.pid());
            return holder;
        } catch (SandboxException | RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    private void listen() {
        var bytes = new byte[4096];
        try (InputStream words = process.getInputStream()) {
            int count;
            while ((count = words.read(bytes)) > 0) {
                hear(new String(bytes, 0, count, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            hear(e.toString());
        }
        fail();
    }

    private void hear(String words) {
        String all;
        synchronized (said) {
            if (said.length() < MOST_WORDS) {
                said.append(words);
            }
            all = said.toString();
        }
        if (maps && all.startsWith("map\n")) {
            maps = false;
            writeMaps();
        }
        var child = CHILD.matcher(all);
        if (!first.isDone() && child.find()) {
            first.complete(Integer.parseInt(child.group(1)));
        }
        var net = NETWORK.matcher(all);
        if (!network.isDone() && net.find()) {
            if (net.group(1).equals("1")) {
                network.complete(true);
            } else {
                network.completeExceptionally(new IOException(net.group(1).strip()));
            }
        }
    }

    private void writeMaps() {
        try {
            UserNamespace.writeMaps(process.pid());
            tell("written\n");
        } catch (IOException | SandboxException e) {
            first.completeExceptionally(new IOException("the id maps cannot be written: " + e.getMessage(), e));
        }
    }

    private void fail() {
        String words;
        synchronized (said) {
            words = said.toString().strip();
        }
        var why = new IOException(words.isEmpty() ? "the sandbox has ended" : words);
        first.completeExceptionally(why);
        network.completeExceptionally(why);
    }

    private <T> T await(CompletableFuture<T> future, String what) throws SandboxException {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new SandboxException(
                    Reason.INFRASTRUCTURE, "the sandbox did not " + what + " within " + PATIENCE.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw new SandboxException(
                    Reason.INFRASTRUCTURE,
                    "the sandbox could not " + what + ": " + (cause == null ? e : cause.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException(Reason.INFRASTRUCTURE, "interrupted while the sandbox was to " + what, e);
        }
    }

    /** Starts the way out for the first process' network namespace; returns at once. */
    void connect(List<String> program) throws SandboxException {
        tell("net " + first.join() + " " + String.join(" ", program) + "\n");
    }

    /** Waits until the way out is there. */
    void awaitNetwork() throws SandboxException {
        var _ = await(network, "connect its network");
    }

    private void tell(String line) throws SandboxException {
        try {
            var input = process.getOutputStream();
            input.write(line.getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "the sandbox has ended: " + e.getMessage(), e);
        }
    }

    Launcher.Namespaces namespaces() {
        var inside = "/proc/" + first.join() + "/ns";
        return new Launcher.Namespaces("/proc/" + pid + "/ns", "/proc/" + pid + "/root" + inside, inside);
    }

    /** A path in the holder's mount namespace, as this process can open it. */
    Path inside(Path path) {
        return Path.of("/proc/" + pid + "/root" + path);
    }

    /** The process table of the sandbox and its holder. */
    Path processes() {
        return Path.of("/proc/" + pid + "/root/proc");
    }

    /** Waits, at most five seconds, until those that were killed are gone: only the first process and what it waits for remain. */
    void awaitReaping() {
        long deadline = System.nanoTime() + REAPING.toNanos();
        while (ProcessTable.nested(processes()) > FIRST_PROCESSES && System.nanoTime() < deadline) {
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** What it and the first process have said that was not for this side: mostly why they failed. */
    String complaint() {
        synchronized (said) {
            return said.toString().replaceAll("(?s)\\{.*?}|map\n|net 1", "").strip();
        }
    }

    /** Whether the first process still runs. */
    boolean alive() {
        return process.isAlive() && Files.exists(processes().resolve(String.valueOf(first.join())));
    }

    /** Ends everything and returns when it is gone: the outer process ends only after the last one of the namespace has. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // its reader is gone already, which is what was wanted
        }
        try {
            if (pid == 0) {
                process.destroyForcibly();
            } else if (!process.waitFor(2, TimeUnit.SECONDS)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The holder's number on the host: the only child of the outer process. */
    private static long child(long parent) throws SandboxException {
        try {
            var children = Files.readString(Path.of("/proc/" + parent + "/task/" + parent + "/children"))
                    .strip();
            if (!children.isEmpty()) {
                return Long.parseLong(children.split(" ", -1)[0]);
            }
        } catch (IOException e) {
            // a kernel without this file: look through the table of processes
        }
        return ProcessHandle.of(parent).stream()
                .flatMap(ProcessHandle::children)
                .findFirst()
                .map(ProcessHandle::pid)
                .orElseThrow(() -> new SandboxException(Reason.INFRASTRUCTURE, "the sandbox's holder has ended"));
    }
}
