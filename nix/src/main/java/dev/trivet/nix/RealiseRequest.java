package dev.trivet.nix;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What to build (spec circus section 5.2).
 *
 * @param timeout longest time of each builder, or zero for none
 * @param maxSilent longest silence of each builder, or zero for none
 * @param maxLogBytes most that each builder prints
 * @param builders machines to build on, as {@link BuilderLine} writes them; empty for those that Nix itself knows
 * @param root a link that keeps the outputs from the garbage collector
 * @param rebuild whether what is there already is built again and compared
 */
public record RealiseRequest(
        String drvPath,
        Duration timeout,
        Duration maxSilent,
        long maxLogBytes,
        List<String> builders,
        Optional<Path> root,
        boolean rebuild) {
    /** 100 MiB. */
    public static final long USUAL_LOG = 104_857_600;

    public RealiseRequest {
        Objects.requireNonNull(timeout, "timeout is null");
        Objects.requireNonNull(maxSilent, "maxSilent is null");
        builders = List.copyOf(builders);
        Objects.requireNonNull(root, "root is null");
        builders.forEach(line -> {
            if (line.startsWith("@") || line.indexOf('\n') >= 0 || line.indexOf(';') >= 0) {
                throw new IllegalArgumentException("a builder is one line of one machine, not: " + line);
            }
        });
        if (!drvPath.matches("/[^\\s\\x00]+\\.drv")) {
            throw new IllegalArgumentException("a derivation is an absolute path ending in .drv, not: " + drvPath);
        }
    }

    /** With no bound but that of the log. */
    public static RealiseRequest of(String drvPath) {
        return new RealiseRequest(drvPath, Duration.ZERO, Duration.ZERO, USUAL_LOG, List.of(), Optional.empty(), false);
    }

    /** The same within times. */
    public RealiseRequest within(Duration longest, Duration longestSilence) {
        return new RealiseRequest(drvPath, longest, longestSilence, maxLogBytes, builders, root, rebuild);
    }

    /** The same on these machines too. */
    public RealiseRequest on(List<String> machines) {
        return new RealiseRequest(drvPath, timeout, maxSilent, maxLogBytes, machines, root, rebuild);
    }

    /** The same with another bound of the log. */
    public RealiseRequest printing(long bytes) {
        return new RealiseRequest(drvPath, timeout, maxSilent, bytes, builders, root, rebuild);
    }
}
