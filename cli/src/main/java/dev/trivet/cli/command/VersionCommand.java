package dev.trivet.cli.command;

import dev.trivet.cli.process.ExitCode;
import dev.trivet.cli.process.Surroundings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code version}: what this is and what it runs on. */
@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private JsonOption json = new JsonOption();

    VersionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Map<String, String> version = new LinkedHashMap<>();
        version.put("trivet", version());
        version.put(
                "java", System.getProperty("java.version", "?") + " (" + System.getProperty("java.vendor", "?") + ")");
        version.put(
                "system",
                System.getProperty("os.name", "?") + " " + System.getProperty("os.version", "?") + " "
                        + System.getProperty("os.arch", "?"));
        if (json.wanted()) {
            surroundings.output().json(version);
        } else {
            version.forEach((name, value) -> surroundings.output().line(name + " " + value));
        }
        return ExitCode.SUCCESS;
    }

    /** The version of this program; {@code development} when it does not run from its jar. */
    static String version() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
