package dev.trivet.bench;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxBackend;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxSpec;
import dev.trivet.sandbox.SandboxSpec.Base;
import dev.trivet.sandbox.SandboxSpec.Network;
import dev.trivet.server.Sandboxes;
import dev.trivet.server.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A sandbox on the file system that another job left, against a copy of the same files. */
final class ForkBenchmark implements Benchmark {
    private static final int SAMPLES = 10;

    @Override
    public String name() {
        return "fork";
    }

    @Override
    public String description() {
        return "a sandbox opens on the files that another one left, against copying these files";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        int megabytes = sizes.of("megabytes", 500);
        Path data = scratch.directory("data");
        Settings settings = Settings.read(new Settings.Options("127.0.0.1:0", data, null, null, null, false), Map.of());
        try (Sandboxes sandboxes = Sandboxes.open(settings, Clock.systemUTC())) {
            SandboxBackend backend = sandboxes.choose("auto");
            var _ = sandboxes.images().resolve("host");
            String snapshot;
            try (Sandbox parent = backend.open(spec("parent", new Base.Image("host")))) {
                execute(
                        parent,
                        "mkdir /big && for i in $(seq " + megabytes
                                + "); do head -c 1048576 /dev/urandom > /big/$i; done");
                snapshot = parent.freeze();
            }
            long[] nanos = new long[SAMPLES];
            for (int sample = 0; sample < SAMPLES; sample++) {
                long begun = System.nanoTime();
                try (Sandbox child = backend.open(spec("child-" + sample, new Base.Snapshot(snapshot)))) {
                    nanos[sample] = System.nanoTime() - begun;
                    execute(child, "test $(ls /big | wc -l) = " + megabytes);
                }
            }
            backend.releaseSnapshot(snapshot);
            double copy = copyMillis(scratch.directory("copy"), megabytes);
            return new Table()
                    .against(
                            "fork of " + megabytes + " MB by " + backend.id() + ", p50, against cp -a",
                            Percentiles.of(nanos).p50(),
                            "ms",
                            copy,
                            Budget.NONE);
        }
    }

    private static double copyMillis(Path directory, int megabytes) throws IOException, InterruptedException {
        Path from = Files.createDirectory(directory.resolve("from"));
        byte[] block = new byte[1 << 20];
        for (int file = 0; file < megabytes; file++) {
            Files.write(from.resolve(Integer.toString(file)), block);
        }
        long begun = System.nanoTime();
        new ProcessBuilder("cp", "-a", from.toString(), directory.resolve("to").toString())
                .inheritIO()
                .start()
                .waitFor();
        return (System.nanoTime() - begun) / 1e6;
    }

    private static SandboxSpec spec(String key, Base base) {
        return new SandboxSpec(key, base, Limits.NONE, Network.NONE, "bench");
    }

    private static void execute(Sandbox sandbox, String script) throws SandboxException, IOException {
        var execution = sandbox.start(
                new Command(List.of("bash", "-c", script), Map.of("PATH", "/usr/bin:/bin"), "/", "root"),
                (bytes, offset, length) -> {});
        execution.stdin().close();
        if (!execution.exit().join().equals(new Exit.Code(0))) {
            throw new IOException("'" + script + "' failed in the sandbox");
        }
    }
}
