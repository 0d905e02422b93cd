package dev.trivet.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real {@code kill -9} and a real full disk (a tmpfs in a mount namespace, which an ordinary user may make, too). */
@Timeout(60)
class BlobDisasterTest {
    @TempDir
    Path directory;

    @Test
    void acceptedBlobsSurviveAKillAndHalfOnesAreRemoved() throws Exception {
        Process process = new ProcessBuilder(java(PuttingProcess.class))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<BlobRef> accepted = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            while (accepted.size() < 40) {
                String[] words = lines.readLine().split(" ");
                accepted.add(new BlobRef(words[0], Long.parseLong(words[1])));
            }
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
        try (DirectoryBlobStore blobs = DirectoryBlobStore.open(directory, InstantSource.system())) {
            for (BlobRef ref : accepted) {
                readVerified(blobs, ref);
            }
            assertThat(directory.resolve("tmp")).isEmptyDirectory();
            try (Stream<Path> files = Files.walk(directory.resolve("sha256")).filter(Files::isRegularFile)) {
                for (Path file : files.toList()) {
                    readVerified(
                            blobs, blobs.find(file.getFileName().toString()).orElseThrow());
                }
            }
        }
    }

    private static void readVerified(BlobStore blobs, BlobRef ref) throws IOException {
        try (InputStream in = blobs.openVerified(ref)) {
            assertThat(in.readAllBytes()).hasSize((int) ref.size());
        }
    }

    @Test
    void fullDiskIsNamedAndLosesNothing() throws Exception {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of(
                "sh",
                "-c",
                "mount -t tmpfs -o size=4m none \"$1\" && shift && exec \"$@\"",
                "sh",
                directory.toString()));
        command.addAll(java(FullDiskProcess.class));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines()).contains("full", "went on");
    }

    private List<String> java(Class<?> main) {
        return List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                directory.toString());
    }
}
