package dev.trivet.sandbox.linux;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Probe;
import dev.trivet.sandbox.SandboxBackend;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import dev.trivet.sandbox.image.Image;
import dev.trivet.sandbox.image.Images;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The backends of this machine over one store, and the choice among them. One instance for each data directory; thread-safe.
 */
public final class Backends implements AutoCloseable {
    private final Host host;
    private final Programs programs;
    private final Trash trash;
    private final FileChannel lock;
    private final Path directory;

    /**
     * @param directory for layers and sandboxes; its file system should be a local one
     * @param dns name servers for sandboxes; empty for the host's own
     * @param ceilings bounds for what jobs leave open, and the most they may ask for
     */
    public record Settings(Path directory, List<String> dns, Limits ceilings) {
        /** Processes that a sandbox may have when nobody said a number. */
        public static final int PROCESSES = 16_384;

        public Settings {
            dns = List.copyOf(dns);
        }

        /** The host's name servers, no bound but one on processes. */
        public static Settings in(Path directory) {
            return new Settings(directory, List.of(), new Limits(0, 0, PROCESSES, 0, null, null, 0));
        }
    }

    private Backends(Host host, Programs programs, Trash trash, FileChannel lock, Path directory) {
        this.host = host;
        this.programs = programs;
        this.trash = trash;
        this.lock = lock;
        this.directory = directory;
    }

    /**
     * Opens the store and looks at what the machine offers.
     *
     * @param namespace from {@link UserNamespace#detect}
     * @throws SandboxException when another process uses the directory, or a basic program is missing
     */
    public static Backends open(Settings settings, UserNamespace namespace, Images images) throws SandboxException {
        var programs = new Programs();
        var directory = settings.directory().toAbsolutePath().normalize();
        try {
            Files.createDirectories(directory);
            var lock = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                lock.close();
                throw new SandboxException(
                        Reason.INFRASTRUCTURE,
                        "another process uses " + directory + ": stop it, or name another data directory");
            }
            var trash = new Trash(directory.resolve("trash"), namespace, programs);
            var host = new Host(
                    namespace,
                    Tools.install(directory.resolve("bin"), programs),
                    new LayerStore(directory, trash),
                    withSelfTest(images, HostTools.image(directory.resolve("self-test"))),
                    groups("trivet-" + storeId(directory)),
                    Egress.detect(programs, settings.dns()),
                    new Watch(),
                    settings.ceilings());
            var backends = new Backends(host, programs, trash, lock, directory);
            host.groups().sweep(Set.of());
            return backends;
        } catch (IOException e) {
            throw new SandboxException(Reason.INFRASTRUCTURE, "cannot use " + directory + " for sandboxes: " + e, e);
        }
    }

    private static Images withSelfTest(Images images, Image selfTest) {
        return name -> name.equals(HostTools.NAME) ? selfTest : images.resolve(name);
    }

    /** Groups of two servers on one machine must not be taken for each other's leftovers. */
    private static String storeId(Path directory) throws IOException {
        var file = directory.resolve("id");
        if (!Files.exists(file)) {
            Files.writeString(file, ShortId.next());
        }
        return Files.readString(file).strip();
    }

    private static ControlGroups groups(String name) {
        return CgroupV1.detect(name).or(() -> CgroupV2.detect(name)).orElseGet(NoCgroups::new);
    }

    /**
     * The backend to use.
     *
     * @param name {@code auto} for the best that passes its self-test, which is never {@code host}; or {@code oci}, {@code bwrap},
     *     {@code host}
     * @throws SandboxException when it does not work here; the message says why and what to do
     */
    public SandboxBackend choose(String name) throws SandboxException {
        return switch (name) {
            case "auto" ->
                first(
                        List.of("oci", "bwrap"),
                        "no sandbox works here, and jobs never run on the bare host unless you say so");
            case "oci", "bwrap" -> first(List.of(name), "the sandbox " + name + " does not work here");
            case "host" -> new HostBackend(directory.resolve("host"), host.tools());
            default ->
                throw new SandboxException(
                        Reason.UNSUPPORTED, "there is no sandbox named " + name + ": use auto, oci, bwrap or host");
        };
    }

    private SandboxBackend first(List<String> ids, String otherwise) throws SandboxException {
        var reasons = new StringBuilder();
        for (var id : ids) {
            for (var launcher : launchers(id)) {
                var backend = new LinuxBackend(host, launcher);
                var failure = new SelfTest(host, backend).quick();
                if (failure.isEmpty()) {
                    return backend;
                }
                reasons.append("\n  ").append(name(launcher)).append(": ").append(failure.get());
            }
            if (launchers(id).isEmpty()) {
                reasons.append("\n  ").append(id).append(": ").append(missing(id));
            }
        }
        throw new SandboxException(Reason.UNSUPPORTED, otherwise + ":" + reasons);
    }

    /** The thorough self-test of every backend that is installed, in the order in which {@code auto} tries them. */
    public List<Probe> probes() {
        var probes = new ArrayList<Probe>();
        for (var id : List.of("oci", "bwrap")) {
            var launchers = launchers(id);
            for (var launcher : launchers) {
                var probe = new SelfTest(host, new LinuxBackend(host, launcher)).thorough();
                probes.add(new Probe(
                        id.equals("oci") ? "oci (" + name(launcher) + ")" : id, probe.usable(), probe.checks()));
            }
            if (launchers.isEmpty()) {
                probes.add(
                        new Probe(id, false, List.of(new Probe.Check("installed", false, "not found", missing(id)))));
            }
        }
        return List.copyOf(probes);
    }

    /** A backend of one runtime: {@code crun}, {@code runc} or {@code bwrap}; untested. Empty when it is not installed. */
    Optional<SandboxBackend> withRuntime(String program) {
        return List.of("oci", "bwrap").stream()
                .flatMap(id -> launchers(id).stream())
                .filter(launcher -> name(launcher).equals(program))
                .findFirst()
                .map(launcher -> new LinuxBackend(host, launcher));
    }

    /** Digests of images that a snapshot or an open sandbox stands on: their directories must stay. */
    public Set<String> imagesInUse() {
        return host.store().imagesInUse();
    }

    private List<Launcher> launchers(String id) {
        var launchers = new ArrayList<Launcher>();
        var nsenter = host.tools().nsenter();
        if (id.equals("oci")) {
            programs.find("crun")
                    .ifPresent(crun -> launchers.add(new OciLauncher(OciLauncher.Program.CRUN, crun, nsenter)));
            programs.find("runc")
                    .ifPresent(runc -> launchers.add(new OciLauncher(OciLauncher.Program.RUNC, runc, nsenter)));
        } else {
            var filter = Seccomp.compiled().isPresent() ? host.tools().seccomp() : null;
            programs.find("bwrap").ifPresent(bwrap -> launchers.add(new BwrapLauncher(bwrap, nsenter, filter)));
        }
        return launchers;
    }

    private static String name(Launcher launcher) {
        return switch (launcher) {
            case OciLauncher oci ->
                switch (oci.kind()) {
                    case CRUN -> "crun";
                    case RUNC -> "runc";
                };
            case BwrapLauncher _ -> "bwrap";
        };
    }

    private static String missing(String id) {
        return id.equals("oci") ? "install crun or runc" : "install bubblewrap";
    }

    /** Stops the background work; open sandboxes must be closed before. */
    @Override
    public void close() {
        host.watch().close();
        trash.close();
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
