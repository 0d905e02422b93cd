package dev.trivet.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * The baseline of a sandbox: its program alone, called for one {@code echo}, with namespaces of its own but neither layers nor limits
 * nor another account.
 *
 * @param program its name
 * @param apt the package that has it
 * @param command what to start
 * @param directory where to start it
 */
record PlainSandbox(String program, String apt, List<String> command, Path directory) {
    private static final String CONTAINER = "trivet-bench";

    PlainSandbox {
        command = List.copyOf(command);
    }

    static PlainSandbox bwrap() {
        return new PlainSandbox(
                "bwrap",
                "bubblewrap",
                List.of(
                        "bwrap",
                        "--ro-bind",
                        "/",
                        "/",
                        "--tmpfs",
                        "/tmp",
                        "--proc",
                        "/proc",
                        "--dev",
                        "/dev",
                        "--unshare-all",
                        "--die-with-parent",
                        "--new-session",
                        "/bin/sh",
                        "-c",
                        "echo first"),
                Path.of("/"));
    }

    /** @param bundle an empty folder */
    static PlainSandbox runc(Path bundle) throws IOException, InterruptedException {
        var sandbox = new PlainSandbox("runc", "runc busybox-static", List.of("runc", "run", CONTAINER), bundle);
        if (sandbox.isInstalled()) {
            Path bin = Files.createDirectories(bundle.resolve("rootfs/bin"));
            Files.copy(where("busybox").orElseThrow(), bin.resolve("sh"), StandardCopyOption.COPY_ATTRIBUTES);
            new ProcessBuilder("runc", "spec")
                    .directory(bundle.toFile())
                    .inheritIO()
                    .start()
                    .waitFor();
            Path config = bundle.resolve("config.json");
            String text = Files.readString(config)
                    .replace("\"terminal\": true", "\"terminal\": false")
                    .replaceFirst("\"args\": \\[\\s*\"sh\"\\s*]", "\"args\": [\"/bin/sh\", \"-c\", \"echo first\"]");
            Files.writeString(config, text);
        }
        return sandbox;
    }

    boolean isInstalled() {
        return where(program).isPresent()
                && (!program.equals("runc") || where("busybox").isPresent());
    }

    private static Optional<Path> where(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path file = Path.of(folder, program);
            if (Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** From the start of the program to the first byte of the command's output. */
    Percentiles firstByte(int samples) throws IOException, InterruptedException {
        long[] nanos = new long[samples];
        for (int sample = 0; sample < samples; sample++) {
            long begun = System.nanoTime();
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            int first = process.getInputStream().read();
            nanos[sample] = System.nanoTime() - begun;
            byte[] rest = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0 || first != 'f') {
                throw new IOException(program + " failed: " + (char) first + new String(rest, StandardCharsets.UTF_8));
            }
        }
        return Percentiles.of(nanos);
    }
}
