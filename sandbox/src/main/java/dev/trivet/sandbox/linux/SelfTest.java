package dev.trivet.sandbox.linux;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Execution;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.Probe;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxSpec;
import dev.trivet.sandbox.SandboxSpec.Base;
import dev.trivet.sandbox.SandboxSpec.Network;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tries a backend out with real sandboxes. */
final class SelfTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Says what it sees; every answer that is not as expected is a line of output. */
    private static final String LOOK_AROUND = """
            [ "$(id -u)" = 0 ] || echo "not root of the sandbox but $(id -u)"
            read -r name </proc/sys/kernel/hostname; [ "$name" = probe ] || echo "the host's name is seen: $name"
            [ -z "$(ls /home | grep -v '^build$')" ] || echo "the host's homes are seen"
            for process in /proc/[0-9]*; do n=$((${n:-0} + 1)); done; [ $n -lt 12 ] || echo "$n processes are seen"
            grep -qzv -e ^PATH= -e ^HOME= -e ^USER= -e ^LOGNAME= -e ^PWD= -e ^OLDPWD= -e ^_= /proc/1/environ && echo "the server's environment is seen"
            for n in /sys/class/net/*; do case ${n##*/} in lo|tap0|"*") ;; *) echo "the host's network is seen: ${n##*/}";; esac; done
            (: >/proc/sys/kernel/printk) 2>/dev/null && echo "the kernel's settings can be written"
            (echo written >/etc/probe) 2>/dev/null || echo "the file system cannot be written"
            mount -t tmpfs none /mnt 2>/dev/null && echo "file systems can be mounted"
            exit 7
            """;

    private final Host host;
    private final LinuxBackend backend;

    SelfTest(Host host, LinuxBackend backend) {
        this.host = host;
        this.backend = backend;
    }

    private record Said(Exit exit, String words) {}

    /** One sandbox and one command, for the start of a server. @return why it does not work, or empty */
    Optional<String> quick() {
        try (var sandbox = backend.open(spec(new Base.Image(HostTools.NAME), Limits.NONE, Network.NONE))) {
            var said = run(sandbox, LOOK_AROUND);
            if (!said.exit().equals(new Exit.Code(7))) {
                return Optional.of("a command ended with " + said.exit() + " instead of exit code 7: " + said.words());
            }
            return said.words().isBlank()
                    ? Optional.empty()
                    : Optional.of(said.words().strip().replace('\n', ';'));
        } catch (SandboxException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Everything that an operator may want to know. */
    Probe thorough() {
        var checks = new ArrayList<Probe.Check>();
        checks.add(host.namespace().check());
        long start = System.nanoTime();
        var failure = quick();
        checks.add(new Probe.Check(
                "own processes, files, names and environment",
                failure.isEmpty(),
                failure.orElse("a sandbox and a command took " + (System.nanoTime() - start) / 1_000_000 + " ms"),
                failure.isEmpty()
                        ? null
                        : "see the message; in a container, run it privileged or choose another backend"));
        if (failure.isEmpty()) {
            checks.add(network());
            checks.add(snapshots());
            checks.add(killing());
            checks.add(sudo());
        }
        checks.addAll(host.groups().checks());
        return new Probe(backend.id(), failure.isEmpty(), checks);
    }

    private Probe.Check network() {
        var found = host.egress().check();
        if (!found.passed()) {
            return found;
        }
        try (var sandbox = backend.open(spec(new Base.Image(HostTools.NAME), Limits.NONE, Network.EGRESS))) {
            var said = run(sandbox, "grep -q tap0 /proc/net/dev");
            return said.exit().equals(new Exit.Code(0))
                    ? found
                    : new Probe.Check(found.name(), false, "no device: " + said.words(), "update slirp4netns");
        } catch (SandboxException e) {
            return new Probe.Check(found.name(), false, String.valueOf(e.getMessage()), "update slirp4netns");
        }
    }

    private Probe.Check snapshots() {
        var name = "snapshots";
        String id = null;
        try {
            var parent = backend.open(spec(new Base.Image(HostTools.NAME), Limits.NONE, Network.NONE));
            run(parent, "echo kept >/etc/kept");
            id = parent.freeze();
            try (var child = backend.open(spec(new Base.Snapshot(id), Limits.NONE, Network.NONE))) {
                var said = run(child, "cat /etc/kept");
                boolean kept = said.words().equals("kept\n");
                return new Probe.Check(
                        name,
                        kept,
                        kept
                                ? "a child sees its parent's files"
                                : "a child does not see its parent's files: " + said.words(),
                        kept ? null : "use a local file system such as ext4 for the data directory");
            }
        } catch (SandboxException e) {
            return new Probe.Check(
                    name,
                    false,
                    String.valueOf(e.getMessage()),
                    "use a local file system such as ext4 for the data directory");
        } finally {
            if (id != null) {
                backend.releaseSnapshot(id);
            }
        }
    }

    private Probe.Check killing() {
        var name = "kill within a second";
        try (var sandbox = backend.open(spec(new Base.Image(HostTools.NAME), Limits.NONE, Network.NONE))) {
            var execution = sandbox.start(command("trap '' TERM; sleep 1000 & sleep 1000"), (_, _, _) -> {});
            long start = System.nanoTime();
            execution.kill();
            await(execution);
            long millis = (System.nanoTime() - start) / 1_000_000;
            return new Probe.Check(
                    name,
                    millis < 1000,
                    millis + " ms",
                    millis < 1000 ? null : "the machine is overloaded: give it more processors");
        } catch (SandboxException e) {
            return new Probe.Check(name, false, String.valueOf(e.getMessage()), null);
        }
    }

    private Probe.Check sudo() {
        var name = "user build may become root by sudo";
        if (backend.id().equals("bwrap")) {
            return new Probe.Check(
                    name, false, "bubblewrap forbids new privileges", "install crun or runc and use the backend oci");
        }
        return host.namespace().map() == UserNamespace.Map.SINGLE
                ? new Probe.Check(
                        name,
                        false,
                        "only one id is mapped",
                        host.namespace().check().remedy())
                : new Probe.Check(name, true, "where the image has sudo", null);
    }

    private static SandboxSpec spec(Base base, Limits limits, Network network) {
        return new SandboxSpec("self-test-" + ShortId.next(), base, limits, network, "probe");
    }

    private static Command command(String script) {
        return new Command(List.of("/bin/sh", "-c", script), Map.of(), "/", "root");
    }

    private static Said run(Sandbox sandbox, String script) throws SandboxException {
        var words = new ByteArrayOutputStream();
        var execution = sandbox.start(command(script), words::write);
        return new Said(await(execution), words.toString(StandardCharsets.UTF_8));
    }

    private static Exit await(Execution execution) throws SandboxException {
        try {
            return execution.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new SandboxException(
                    SandboxException.Reason.INFRASTRUCTURE,
                    "a command did not end within " + PATIENCE.toSeconds() + " s",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException(SandboxException.Reason.INFRASTRUCTURE, "interrupted", e);
        }
    }
}
