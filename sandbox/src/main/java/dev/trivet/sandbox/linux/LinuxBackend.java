package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Probe;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxBackend;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import dev.trivet.sandbox.SandboxSpec;
import dev.trivet.sandbox.SandboxSpec.Base;
import dev.trivet.sandbox.SandboxSpec.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Backends {@code oci} and {@code bwrap}: namespaces over the store's overlays. */
final class LinuxBackend implements SandboxBackend {
    private final Host host;
    private final Launcher launcher;
    private final Set<String> openIds = ConcurrentHashMap.newKeySet();

    LinuxBackend(Host host, Launcher launcher) {
        this.host = host;
        this.launcher = launcher;
    }

    @Override
    public String id() {
        return launcher.id();
    }

    @Override
    public Probe probe() {
        return new SelfTest(host, this).thorough();
    }

    @Override
    public Sandbox open(SandboxSpec spec) throws SandboxException {
        boolean network = spec.network() == Network.EGRESS;
        var trouble = networkTrouble();
        if (network && trouble.isPresent()) {
            throw new SandboxException(Reason.UNSUPPORTED, "no network for sandboxes: " + trouble.get());
        }
        var box = switch (spec.base()) {
            case Base.Image image ->
                host.store().create(spec.key(), host.images().resolve(image.name()));
            case Base.Snapshot snapshot -> host.store().createOn(spec.key(), snapshot.id());
        };
        openIds.add(box.id());
        var limits = host.bounded(spec.limits());
        ControlGroups.Group group = null;
        Holder holder = null;
        try {
            GuestFiles.write(box, spec, network ? host.egress().resolvConf() : "");
            Fstab.write(box, limits.memoryBytes());
            group = host.groups().create(box.id(), limits);
            launcher.prepare(
                    box, spec, new Launcher.Context(host.namespace().map(), Launcher.Namespaces.NONE, group.nested()));
            holder = Holder.start(host.namespace(), arguments(box, spec, group));
            GuestFiles.shared(holder.inside(box.state()));
            if (network) {
                holder.connect(host.egress().program());
            }
            return new LinuxSandbox(
                    host, launcher, box, limits, network, holder, group, () -> openIds.remove(box.id()));
        } catch (IOException | SandboxException e) {
            undo(box, holder, group);
            throw e instanceof SandboxException known
                    ? known
                    : new SandboxException(Reason.INFRASTRUCTURE, "cannot open a sandbox: " + e.getMessage(), e);
        }
    }

    private void undo(Box box, @Nullable Holder holder, ControlGroups.@Nullable Group group) {
        if (holder != null) {
            holder.close();
        }
        if (group != null) {
            group.close();
        }
        host.store().remove(box);
        openIds.remove(box.id());
    }

    private List<String> arguments(Box box, SandboxSpec spec, ControlGroups.Group group) {
        var tools = host.tools();
        var arguments =
                new ArrayList<String>(List.of(tools.shell(), tools.holder().toString()));
        arguments.addAll(List.of(
                host.store().root().toString(), box.id(), host.namespace().asksForMaps() ? "ask" : "done"));
        arguments.addAll(List.of(launcher.hidesCgroups() ? "hide" : "keep", launcher.mode()));
        arguments.add(String.valueOf(group.joins().size()));
        group.joins().stream().map(Path::toString).forEach(arguments::add);
        arguments.addAll(launcher.first(box, spec));
        return host.namespace().holderCommand(arguments);
    }

    @Override
    public Optional<String> networkTrouble() {
        var egress = host.egress();
        return egress.works() ? Optional.empty() : Optional.of(egress.why() + "; " + egress.remedy());
    }

    @Override
    public void sweep(Set<String> knownKeys) {
        host.store().sweep(knownKeys);
        host.groups().sweep(Set.copyOf(openIds));
    }

    @Override
    public void releaseSnapshot(String snapshotId) {
        host.store().release(snapshotId);
    }

    @Override
    public Set<String> snapshots() {
        return host.store().snapshots();
    }
}
