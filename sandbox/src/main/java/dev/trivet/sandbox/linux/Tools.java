package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Programs of the host and small files of our own that every sandbox needs.
 *
 * @param processLimit letter by which the host's shell sets the bound on processes
 */
record Tools(
        String shell,
        String nsenter,
        String du,
        Path holder,
        Path enter,
        Path hostWatch,
        Path seccomp,
        String processLimit) {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** @param directory where the files are written, each time anew if they differ */
    static Tools install(Path directory, Programs programs) throws SandboxException {
        var shell = need(programs, "sh");
        try {
            Files.createDirectories(directory);
            var holder = write(directory.resolve("holder.sh"), resource("holder.sh"));
            var enter = write(directory.resolve("enter.sh"), resource("enter.sh"));
            var hostWatch = write(directory.resolve("host-watch.sh"), resource("host-watch.sh"));
            var seccomp =
                    write(directory.resolve("seccomp.bpf"), Seccomp.compiled().orElse(new byte[0]));
            var limit =
                    Subprocess.run(List.of(shell, "-c", "ulimit -u"), TIMEOUT).ok() ? "u" : "p";
            return new Tools(
                    shell, need(programs, "nsenter"), need(programs, "du"), holder, enter, hostWatch, seccomp, limit);
        } catch (IOException e) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "cannot write to " + directory + ": " + e, e);
        }
    }

    private static String need(Programs programs, String name) throws SandboxException {
        return programs.find(name)
                .orElseThrow(() -> new SandboxException(
                        Reason.UNSUPPORTED, "there is no " + name + " program: install util-linux and coreutils"));
    }

    private static Path write(Path file, byte[] content) throws IOException {
        if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
            var fresh = Files.createTempFile(file.getParent(), "new", ".tmp");
            Files.write(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    private static byte[] resource(String name) throws IOException {
        try (var stream = Tools.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("the program is damaged: it lacks " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        }
    }
}
