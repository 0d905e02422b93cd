package dev.trivet.nix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds one derivation, once, by {@code nix-store --realise}. {@link #cancel} may come from any thread, the rest is for one. */
public final class Realiser {
    private static final String SSH_OPTIONS =
            " -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=4";

    private final Nix nix;
    private final Launcher launcher;
    private volatile boolean canceled;
    private volatile @Nullable Process current;

    public Realiser(Nix nix, Launcher launcher) {
        this.nix = Objects.requireNonNull(nix, "nix is null");
        this.launcher = Objects.requireNonNull(launcher, "launcher is null");
    }

    /**
     * Builds it and everything that it needs. Never throws for what is built.
     *
     * @throws InterruptedException if the thread is interrupted; the build is ended then
     */
    public Realised realise(RealiseRequest request, BuildListener listener) throws InterruptedException {
        try {
            Process process = launcher.start(command(request), environment(request), Path.of("/"));
            current = process;
            if (canceled) {
                Ending.of(process);
            }
            return watched(request, process, listener);
        } catch (IOException failed) {
            return new Realised.Failed(
                    canceled ? Realised.Kind.CANCELED : Realised.Kind.INFRASTRUCTURE,
                    "nix-store cannot be run: " + failed.getMessage(),
                    null);
        }
    }

    private Realised watched(RealiseRequest request, Process process, BuildListener listener)
            throws IOException, InterruptedException {
        List<String> outputs = new ArrayList<>();
        Thread results = Thread.ofVirtual().start(() -> readOutputs(process, outputs));
        try (var watch = new RemoteWatch(request, () -> Ending.of(process))) {
            var messages = new BuildMessages(listener, watch);
            process.getOutputStream().close();
            try {
                messages.read(process.getErrorStream());
            } catch (IOException ended) {
                // Whoever ends it closes its streams.
                if (watch.exceeded().isEmpty()) {
                    throw ended;
                }
            }
            int code = process.waitFor();
            results.join();
            if (canceled) {
                return new Realised.Failed(Realised.Kind.CANCELED, "the build was canceled", null);
            }
            Optional<Realised.Failed> exceeded = watch.exceeded();
            if (exceeded.isPresent()) {
                return exceeded.get();
            }
            return code == 0 ? new Realised.Succeeded(outputs) : messages.failure(code, request.drvPath());
        } finally {
            if (process.isAlive()) {
                Ending.of(process);
            }
        }
    }

    private static void readOutputs(Process process, List<String> outputs) {
        try (var reader = new BoundedLines(process.getInputStream(), Words.LONGEST)) {
            for (String line = reader.next(); line != null; line = reader.next()) {
                if (line.startsWith("/")) {
                    outputs.add(line);
                }
            }
        } catch (IOException ended) {
            // The process was ended.
        }
    }

    /** Machines are reached without asking anybody, and one that is gone is noticed. The operator's own options come first, and count. */
    private Map<String, String> environment(RealiseRequest request) {
        if (request.builders().isEmpty()) {
            return nix.environment();
        }
        Map<String, String> environment = new HashMap<>(nix.environment());
        String options = environment.getOrDefault("NIX_SSHOPTS", "") + SSH_OPTIONS;
        if (request.builders().stream().noneMatch(BuilderLine::hasHostKey)) {
            // With a key to compare, this would accept one of another type.
            options += " -o StrictHostKeyChecking=accept-new";
        }
        environment.put("NIX_SSHOPTS", options.strip());
        return environment;
    }

    private List<String> command(RealiseRequest request) {
        List<String> command = new ArrayList<>(List.of(
                nix.program("nix-store"),
                "--realise",
                request.drvPath(),
                "--log-format",
                "internal-json",
                "--option",
                "max-build-log-size",
                Long.toString(request.maxLogBytes())));
        if (request.timeout().isPositive()) {
            command.addAll(List.of(
                    "--timeout", Long.toString(Math.max(1, request.timeout().toSeconds()))));
        }
        if (request.maxSilent().isPositive()) {
            command.addAll(List.of(
                    "--max-silent-time",
                    Long.toString(Math.max(1, request.maxSilent().toSeconds()))));
        }
        if (!request.builders().isEmpty()) {
            command.addAll(List.of("--builders", String.join(" ; ", request.builders())));
        }
        request.root().ifPresent(root -> command.addAll(List.of("--add-root", root.toString())));
        if (request.rebuild()) {
            command.add("--check");
        }
        return command;
    }

    /** Ends it soon; before it has begun too. */
    public void cancel() {
        canceled = true;
        Process process = current;
        if (process != null) {
            Ending.of(process);
        }
    }
}
