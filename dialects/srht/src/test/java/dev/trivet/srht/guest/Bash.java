package dev.trivet.srht.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs real programs with a home directory of their own. */
final class Bash {
    private final Path home;

    Bash(Path home) {
        this.home = home;
    }

    record Result(int exit, String output) {}

    /** Runs a program in the home directory, output and errors together. */
    Result run(List<String> arguments) throws Exception {
        Path output = Files.createTempFile("output", ".txt");
        try {
            var builder = new ProcessBuilder(arguments)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().clear();
            builder.environment()
                    .putAll(Map.of(
                            "PATH",
                            "/usr/local/bin:/usr/bin:/bin",
                            "HOME",
                            home.toString(),
                            "LC_ALL",
                            "C.UTF-8",
                            "GIT_CONFIG_COUNT",
                            "1",
                            "GIT_CONFIG_KEY_0",
                            "protocol.file.allow",
                            "GIT_CONFIG_VALUE_0",
                            "always"));
            Process process = builder.start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end after 30 s: " + arguments);
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    void write(String path, String text) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        file.toFile().setExecutable(true);
    }
}
