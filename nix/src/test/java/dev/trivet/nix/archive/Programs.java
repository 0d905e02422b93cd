package dev.trivet.nix.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real Nix, run for one answer. None of these needs a store that can be written. */
final class Programs {
    private Programs() {}

    /** What a command prints. */
    static byte[] output(Path input, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("nix", ".out");
        Path errors = Files.createTempFile("nix", ".err");
        try {
            var builder = new ProcessBuilder(List.of(command))
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().put("NIX_CONFIG", "experimental-features = nix-command\n");
            Process process = builder.start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(List.of(command) + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new IOException(List.of(command) + " failed: " + Files.readString(errors));
            }
            return Files.readAllBytes(output);
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    static String line(Path input, String... command) throws IOException, InterruptedException {
        return new String(output(input, command), StandardCharsets.UTF_8).strip();
    }

    static String line(String... command) throws IOException, InterruptedException {
        return line(Path.of("/dev/null"), command);
    }
}
