package dev.trivet.sandbox.linux;

import dev.trivet.core.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bounds of one sandbox that the kernel does not keep for us: bytes on disk always (no quota without a file system of its own),
 * memory and processes where there are no control groups. Looked at by {@link Watch} ten times a second.
 */
final class Bounds {
    private static final Logger log = LoggerFactory.getLogger(Bounds.class);
    private static final Duration MEASURE_TIMEOUT = Duration.ofMinutes(5);
    private static final long LONGEST_UNMEASURED = Duration.ofSeconds(5).toNanos();

    private final Host host;
    private final Box box;
    private final Limits limits;
    private final Holder holder;
    private final Runnable killAll;
    private volatile Exceeded exceeded = new Exceeded.No();
    private volatile long diskBytes = -1;
    private volatile long memoryPeak;
    private volatile boolean measuring;
    private long freeAtMeasure = Long.MAX_VALUE;
    private long lastMeasure;
    private long lastTook;

    /** Which bound was broken. */
    sealed interface Exceeded {
        record No() implements Exceeded {}

        record Disk() implements Exceeded {}

        record Memory() implements Exceeded {}
    }

    Bounds(Host host, Box box, Limits limits, Holder holder, Runnable killAll) {
        this.host = host;
        this.box = box;
        this.limits = limits;
        this.holder = holder;
        this.killAll = killAll;
        this.lastMeasure = System.nanoTime();
        this.freeAtMeasure = free();
    }

    Exceeded exceeded() {
        return exceeded;
    }

    long memoryPeakBytes() {
        return memoryPeak;
    }

    /** Bytes in the writable layer, as last measured; measured now if they never were. */
    long diskBytes() {
        if (diskBytes < 0) {
            measure();
        }
        return Math.max(0, diskBytes);
    }

    /** The bound on processes that each process inherits, or 0 when the control group has it. */
    long processLimit() {
        return host.groups().boundsProcesses() || limits.processes() == 0
                ? 0
                : (long) limits.processes() + CgroupFiles.OWN_PROCESSES;
    }

    /** One look; quick. */
    void check() {
        if (limits.diskBytes() > 0 && !measuring && worthMeasuring()) {
            measuring = true;
            Thread.ofPlatform().daemon().name("disk-" + box.id()).start(this::checkDisk);
        }
        boolean memory = limits.memoryBytes() > 0 && !host.groups().boundsMemory();
        boolean processes = limits.processes() > 0 && !host.groups().boundsProcesses();
        if (memory || processes) {
            var sum = ProcessTable.sum(holder.processes(), memory);
            memoryPeak = Math.max(memoryPeak, sum.memoryBytes());
            if (memory && sum.memoryBytes() > limits.memoryBytes()) {
                exceeded = new Exceeded.Memory();
                killAll.run();
            } else if (processes && sum.processes() > limits.processes() + 2 * CgroupFiles.OWN_PROCESSES) {
                killAll.run();
            }
        }
    }

    /**
     * The whole file system's free space is read for nothing; the directory is walked only when so much went that the bound could be
     * broken, or now and then, but never more than a tenth of the time.
     */
    private boolean worthMeasuring() {
        long since = System.nanoTime() - lastMeasure;
        if (since < 10 * lastTook) {
            return false;
        }
        long written = freeAtMeasure - free();
        return since > LONGEST_UNMEASURED || written > Math.max(0, limits.diskBytes() - Math.max(0, diskBytes)) / 2;
    }

    private void checkDisk() {
        try {
            measure();
            if (diskBytes > limits.diskBytes()) {
                exceeded = new Exceeded.Disk();
                killAll.run();
            }
        } finally {
            measuring = false;
        }
    }

    private synchronized void measure() {
        long start = System.nanoTime();
        long free = free();
        List<String> arguments = List.of(host.tools().du(), "-skx", box.upper().toString());
        if (!UserNamespace.isRoot()) {
            // Some directories can be read by their owners only, who are ids of the namespace.
            var inside = new ArrayList<>(List.of(
                    host.tools().nsenter(),
                    "--preserve-credentials",
                    "--user=" + holder.namespaces().holder() + "/user",
                    "--"));
            inside.addAll(arguments);
            arguments = inside;
        }
        // Files that go while du looks at them make it fail, but it still tells the sum.
        var result = Subprocess.run(arguments, MEASURE_TIMEOUT);
        var last = result.output().strip().lines().reduce("", (first, second) -> second);
        try {
            diskBytes = Long.parseLong(last.split("\\s", -1)[0]) * 1024;
        } catch (NumberFormatException e) {
            log.debug("the size of {} cannot be measured: {}", box.upper(), result.brief());
        }
        lastMeasure = System.nanoTime();
        lastTook = lastMeasure - start;
        freeAtMeasure = free;
    }

    private long free() {
        try {
            return Files.getFileStore(box.directory()).getUnallocatedSpace();
        } catch (IOException e) {
            return freeAtMeasure;
        }
    }
}
