package dev.trivet.cli.process;

import dev.trivet.cli.api.Pause;
import dev.trivet.cli.output.Output;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;

/**
 * What a command meets outside: the streams, the environment, the clock. A test makes its own.
 *
 * @param environment environment variables
 * @param workingDirectory what relative paths start from
 */
public record Surroundings(
        Output output,
        InputStream input,
        Map<String, String> environment,
        Path workingDirectory,
        InstantSource clock,
        Pause pause) {
    public Surroundings {
        Objects.requireNonNull(output, "output is null");
        Objects.requireNonNull(input, "input is null");
        environment = Map.copyOf(environment);
        Objects.requireNonNull(workingDirectory, "workingDirectory is null");
        Objects.requireNonNull(clock, "clock is null");
        Objects.requireNonNull(pause, "pause is null");
    }

    /** Those of this process. */
    public static Surroundings ofProcess() {
        return new Surroundings(
                Output.ofProcess(),
                System.in,
                System.getenv(),
                Path.of("").toAbsolutePath(),
                InstantSource.system(),
                Pause.REAL);
    }
}
