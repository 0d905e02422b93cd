package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Probe;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxBackend;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import dev.trivet.sandbox.SandboxSpec;
import dev.trivet.sandbox.SandboxSpec.Base;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * No isolation: commands are plain processes of the server's own user, in a scratch directory. For an operator's own machine and own
 * builds only, and never chosen but by name. Any image name stands for the host itself; bounds are not kept.
 */
final class HostBackend implements SandboxBackend {
    private static final Logger log = LoggerFactory.getLogger(HostBackend.class);
    private static final Duration LONGEST_COPY = Duration.ofMinutes(10);

    private final Path directory;
    private final Tools tools;
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    HostBackend(Path directory, Tools tools) {
        this.directory = directory;
        this.tools = tools;
    }

    @Override
    public String id() {
        return "host";
    }

    @Override
    public Probe probe() {
        return new Probe(
                id(),
                true,
                List.of(new Probe.Check(
                        "isolation", false, "commands run as the server's own user", "use the backend oci or bwrap")));
    }

    @Override
    public Sandbox open(SandboxSpec spec) throws SandboxException {
        var id = ShortId.next();
        var root = directory.resolve("sandboxes").resolve(id);
        try {
            Files.createDirectories(root.getParent());
            switch (spec.base()) {
                case Base.Image _ -> Files.createDirectory(root);
                case Base.Snapshot snapshot -> copy(snapshot(snapshot.id()), root);
            }
            for (var folder : List.of("home/build", "root", "tmp")) {
                Files.createDirectories(root.resolve(folder));
            }
            open.add(id);
            return HostSandbox.open(spec.key(), id, root, this);
        } catch (IOException e) {
            open.remove(id);
            delete(root);
            throw new SandboxException(Reason.INFRASTRUCTURE, "cannot make the directory of a sandbox: " + e, e);
        }
    }

    private Path snapshot(String id) throws SandboxException {
        var path = directory.resolve("snapshots").resolve(id);
        if (!id.matches("[0-9a-z]+") || !Files.isDirectory(path)) {
            throw new SandboxException(Reason.NO_SUCH_SNAPSHOT, "there is no snapshot " + id);
        }
        return path;
    }

    private static void copy(Path from, Path to) throws IOException {
        var result = Subprocess.run(
                List.of("cp", "-a", "--reflink=auto", "--", from.toString(), to.toString()), LONGEST_COPY);
        if (!result.ok()) {
            throw new IOException(result.brief());
        }
    }

    Tools tools() {
        return tools;
    }

    String keep(String id, Path root) throws SandboxException {
        try {
            Files.createDirectories(directory.resolve("snapshots"));
            Files.move(root, directory.resolve("snapshots").resolve(id));
            return id;
        } catch (IOException e) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "cannot keep the files of a sandbox: " + e, e);
        } finally {
            open.remove(id);
        }
    }

    void closed(String id, Path root) {
        open.remove(id);
        delete(root);
    }

    private static void delete(Path path) {
        var result = Subprocess.run(List.of("rm", "-rf", "--one-file-system", "--", path.toString()), LONGEST_COPY);
        if (!result.ok()) {
            log.warn("cannot delete {}: {}", path, result.brief());
        }
    }

    @Override
    public Optional<String> networkTrouble() {
        return Optional.empty();
    }

    @Override
    public void sweep(Set<String> knownKeys) {
        for (var id : list("sandboxes")) {
            if (!open.contains(id)) {
                HostSandbox.killMarked(tools, id);
                delete(directory.resolve("sandboxes").resolve(id));
            }
        }
    }

    private Set<String> list(String folder) {
        var names = new HashSet<String>();
        if (Files.isDirectory(directory.resolve(folder))) {
            try (var found = Files.list(directory.resolve(folder))) {
                found.forEach(path -> names.add(String.valueOf(path.getFileName())));
            } catch (IOException e) {
                log.warn("cannot look into {}", directory, e);
            }
        }
        return names;
    }

    @Override
    public Set<String> snapshots() {
        return Set.copyOf(list("snapshots"));
    }

    @Override
    public void releaseSnapshot(String snapshotId) {
        if (list("snapshots").contains(snapshotId)) {
            delete(directory.resolve("snapshots").resolve(snapshotId));
        }
    }
}
