package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.engine.HostLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How busy this machine is, as far as {@code /proc} tells. Thread-safe. */
public final class HostReadings {
    private static final Pattern AVERAGE = Pattern.compile("some avg10=([0-9.]+)");

    private final Path proc;
    private final Path data;

    /** @param data the directory whose disk counts */
    public HostReadings(Path data) {
        this(Path.of("/proc"), data);
    }

    HostReadings(Path proc, Path data) {
        this.proc = requireNonNull(proc, "proc is null");
        this.data = requireNonNull(data, "data is null");
    }

    /** Reads it now; what cannot be read is 0, or null for a pressure. */
    public HostLoad read(int jobs) {
        String[] loads = text("loadavg").split(" ", -1);
        String memory = text("meminfo");
        long total = memory(memory, "MemTotal");
        return new HostLoad(
                load(loads, 0),
                load(loads, 1),
                load(loads, 2),
                total,
                Math.max(0, total - memory(memory, "MemAvailable")),
                diskFree(),
                pressure("cpu"),
                pressure("memory"),
                pressure("io"),
                jobs);
    }

    private String text(String file) {
        try {
            return Files.readString(proc.resolve(file));
        } catch (IOException unreadable) {
            return "";
        }
    }

    private static double load(String[] loads, int index) {
        try {
            return index < loads.length ? Double.parseDouble(loads[index]) : 0;
        } catch (NumberFormatException absent) {
            return 0;
        }
    }

    private static long memory(String text, String name) {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d{1,15}) kB").matcher(text);
        return line.find() ? Long.parseLong(line.group(1)) << 10 : 0;
    }

    private @Nullable Double pressure(String what) {
        Matcher average = AVERAGE.matcher(text("pressure/" + what));
        return average.find() ? Double.valueOf(average.group(1)) : null;
    }

    private long diskFree() {
        try {
            return Files.getFileStore(data).getUsableSpace();
        } catch (IOException unreadable) {
            return 0;
        }
    }
}
