package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.Limits;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.plan.Repository;
import dev.trivet.engine.Lease;
import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxBackend;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxSpec;
import dev.trivet.sandbox.SandboxSpec.Base;
import dev.trivet.sandbox.SandboxSpec.Network;
import dev.trivet.sandbox.image.ImageChoice;
import dev.trivet.sandbox.image.ImageRequest;
import dev.trivet.sandbox.image.LayerKey;
import dev.trivet.sandbox.image.PackageManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Opens the sandbox of an attempt on its ground: an image, an image with packages, or another job's snapshot. */
final class Ground {
    private final SandboxBackend backend;
    private final ImageChooser images;
    private final PackageLayers layers;
    private final Limits defaults;

    Ground(SandboxBackend backend, ImageChooser images, PackageLayers layers, Limits defaults) {
        this.backend = requireNonNull(backend, "backend is null");
        this.images = requireNonNull(images, "images is null");
        this.layers = requireNonNull(layers, "layers is null");
        this.defaults = requireNonNull(defaults, "defaults is null");
    }

    Sandbox open(Lease lease, SetupLog log, Stopper stopper) throws JobEnd {
        JobSpec spec = lease.spec();
        String key = "job-" + lease.ref().jobId() + "-" + lease.ref().attempt();
        if (spec.network()) {
            backend.networkTrouble().ifPresent(trouble -> log.say("Warning: this job has no network: " + trouble));
        }
        if (lease.base() != null) {
            return open(spec, key, new Base.Snapshot(lease.base()));
        }
        if (spec.image() == null) {
            throw JobEnd.failed(
                    Reason.IMAGE_UNAVAILABLE,
                    "the job names no image, and there are no files of another job to build in: the runner that"
                            + " had them has them no more");
        }
        boolean installs = !spec.packages().isEmpty() || !spec.repositories().isEmpty();
        if (installs && backend.networkTrouble().isPresent()) {
            throw JobEnd.failed(Reason.SETUP_FAILED, "packages cannot be installed without a network");
        }
        ImageChoice choice = choose(new ImageRequest(spec.image(), spec.architecture(), installs), log);
        if (!installs) {
            return open(spec, key, new Base.Image(choice.image().name()));
        }
        String layer =
                LayerKey.of(choice.image(), spec.packages(), addresses(spec)).value();
        ReentrantLock making = layers.making(layer);
        making.lock();
        try {
            return withPackages(spec, key, choice, layer, log, stopper);
        } finally {
            making.unlock();
        }
    }

    private Sandbox withPackages(
            JobSpec spec, String key, ImageChoice choice, String layer, SetupLog log, Stopper stopper) throws JobEnd {
        String known = layers.find(layer).orElse(null);
        if (known != null) {
            try {
                Sandbox sandbox = backend.open(sandboxSpec(spec, key, new Base.Snapshot(known)));
                log.say("Packages are installed already, reusing their layer");
                return sandbox;
            } catch (SandboxException gone) {
                layers.forget(layer);
            }
        }
        String snapshot = install(spec, key + "-packages", choice, log, stopper);
        try {
            layers.keep(layer, snapshot);
        } catch (IOException failed) {
            log.say("The layer of installed packages could not be remembered: " + failed.getMessage());
        }
        return open(spec, key, new Base.Snapshot(snapshot));
    }

    private String install(JobSpec spec, String key, ImageChoice choice, SetupLog log, Stopper stopper) throws JobEnd {
        PackageManager packages = choice.packageManager();
        // Installing needs the network, whatever the job itself may use.
        var open = new SandboxSpec(key, new Base.Image(choice.image().name()), limits(spec), Network.EGRESS, "build");
        try (Sandbox sandbox = backend.open(open)) {
            var commands = new Commands(stopper);
            for (Repository repository : spec.repositories()) {
                log.say("Adding repository " + repository.name());
                run(commands, sandbox, packages.addRepository(repository.name(), repository.value()), packages, log);
            }
            if (spec.packages().isEmpty()) {
                run(commands, sandbox, packages.refresh(), packages, log);
            } else {
                log.say("Installing packages: " + String.join(" ", spec.packages()));
                run(commands, sandbox, packages.install(spec.packages()), packages, log);
            }
            return sandbox.freeze();
        } catch (SandboxException failed) {
            throw refused(failed);
        }
    }

    private static void run(
            Commands commands, Sandbox sandbox, List<Command> list, PackageManager packages, SetupLog log)
            throws JobEnd {
        for (Command command : list) {
            var said = new ByteArrayOutputStream();
            int code = commands.run(sandbox, command, log.log().alsoTo(said), "setup");
            if (code != 0) {
                String why = packages.explain(said.toString(StandardCharsets.UTF_8))
                        .orElse(command.arguments().getFirst() + " exited with " + code);
                throw JobEnd.failed(Reason.SETUP_FAILED, code, why, "setup");
            }
        }
    }

    private ImageChoice choose(ImageRequest request, SetupLog log) throws JobEnd {
        try {
            ImageChoice choice = images.choose(request, log::say);
            choice.notes().forEach(log::say);
            return choice;
        } catch (SandboxException failed) {
            throw refused(failed);
        }
    }

    private Sandbox open(JobSpec spec, String key, Base base) throws JobEnd {
        try {
            return backend.open(sandboxSpec(spec, key, base));
        } catch (SandboxException failed) {
            throw refused(failed);
        }
    }

    private SandboxSpec sandboxSpec(JobSpec spec, String key, Base base) {
        boolean network = spec.network() && backend.networkTrouble().isEmpty();
        return new SandboxSpec(key, base, limits(spec), network ? Network.EGRESS : Network.NONE, "build");
    }

    /** What the job asks for, within what the operator allows. */
    Limits limits(JobSpec spec) {
        return spec.limits().within(defaults);
    }

    private static JobEnd refused(SandboxException failed) {
        String message = String.valueOf(failed.getMessage());
        return switch (failed.reason()) {
            case NO_SUCH_IMAGE, NO_SUCH_ARCHITECTURE -> JobEnd.failed(Reason.IMAGE_UNAVAILABLE, message);
            case UNSUPPORTED, NOT_FOUND, NOT_A_FILE -> JobEnd.failed(Reason.SETUP_FAILED, message);
            case NO_SUCH_SNAPSHOT, INFRASTRUCTURE -> JobEnd.lost(message);
        };
    }

    private static Map<String, String> addresses(JobSpec spec) {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (Repository repository : new ArrayList<>(spec.repositories())) {
            addresses.put(repository.name(), repository.value());
        }
        return addresses;
    }
}
