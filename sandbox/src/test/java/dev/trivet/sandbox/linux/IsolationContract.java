package dev.trivet.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Exit;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import dev.trivet.sandbox.SandboxSpec.Base;
import dev.trivet.sandbox.SandboxSpec.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a sandbox keeps from its host and its host from it. */
interface IsolationContract {
    Rig rig();

    @Test
    default void hasNamespacesOfItsOwn() throws Exception {
        try (var sandbox = rig().open()) {
            for (var user : List.of("root", "build")) {
                for (var kind : List.of("pid", "ipc", "uts", "mnt", "net", "user", "cgroup")) {
                    var link = Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind))
                            .toString();
                    var command = new Command(List.of("readlink", "/proc/self/ns/" + kind), Map.of(), "/", user);
                    var said = Rig.run(sandbox, command);
                    assertThat(said.words()).startsWith(kind + ":").isNotEqualTo(link + "\n");
                }
            }
            assertThat(Rig.say(sandbox, "uname -n")).isEqualTo("builder\n");
            assertThat(Rig.say(sandbox, "cat /etc/hostname")).isEqualTo("builder\n");
        }
    }

    @Test
    default void seesNothingOfTheHost() throws Exception {
        var canary = Files.createTempFile(Path.of("/tmp"), "canary", ".txt");
        var shared = Files.createTempFile(Path.of("/dev/shm"), "canary", ".txt");
        try (var sandbox = rig().open()) {
            // Surefire and the child JVM are started with these.
            assertThat(Rig.say(sandbox, "cat /proc/[0-9]*/environ | tr '\\0' '\\n' | cut -d= -f1"))
                    .doesNotContain("JAVA", "LC_ALL", "CANARY");
            assertThat(Rig.say(sandbox, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))
                    .doesNotContain("java", rig().store().toString());
            var table = Rig.say(sandbox, "for p in /proc/[0-9]*; do n=$((n+1)); done; echo $n");
            assertThat(Integer.parseInt(table.strip())).isLessThan(8);
            for (var path :
                    List.of(canary.toString(), shared.toString(), rig().store().toString(), "/root/.m2", "/var/lib")) {
                assertThat(Rig.run(sandbox, Rig.root("ls -d " + path)).exit())
                        .as(path)
                        .isNotEqualTo(new Exit.Code(0));
            }
            assertThat(Rig.say(sandbox, "cat /proc/self/mountinfo")).doesNotContain(" " + rig().store());
            assertThat(Rig.say(sandbox, "ls /proc/1/root/")).isEqualTo(Rig.say(sandbox, "ls /"));
        } finally {
            Files.delete(canary);
            Files.delete(shared);
        }
    }

    @Test
    default void cannotReachTheKernelsSettings() throws Exception {
        try (var sandbox = rig().open()) {
            for (var script : List.of(
                    "mount -t tmpfs none /mnt",
                    "echo 1 >/proc/sys/vm/drop_caches",
                    "echo x >/proc/sysrq-trigger",
                    "umount /proc",
                    "unshare -U true",
                    "unshare -m true",
                    "mknod /tmp/disk b 254 0 && cat /tmp/disk",
                    "chroot /proc/1/root/../../.. ls /root/.m2",
                    "dmesg",
                    "hostname other")) {
                var said = Rig.run(sandbox, Rig.root("mkdir -p /mnt; " + script));
                assertThat(said.exit()).as(script + ": " + said.words()).isNotEqualTo(new Exit.Code(0));
            }
            assertThat(
                            Rig.say(
                                    sandbox,
                                    "grep Cap[EPB] /proc/self/status | cut -f2 | tr '\\n' ' '; grep Seccomp: /proc/self/status"))
                    .startsWith("00000000a80405fb 00000000a80405fb ")
                    .endsWith("Seccomp:\t2\n");
            assertThat(Rig.run(sandbox, Rig.build("grep CapEff /proc/self/status"))
                            .words())
                    .contains("0000000000000000");
        }
    }

    @Test
    default void hasABuildUserWithAHome() throws Exception {
        try (var sandbox = rig().open()) {
            var said = Rig.run(
                    sandbox,
                    Rig.build("id -u; id -g; id -Gn; echo $HOME $USER $LOGNAME; pwd; echo x >file && stat -c %U file"));
            assertThat(said.words()).isEqualTo("1000\n1000\nbuild\n/home/build build build\n/home/build\nbuild\n");
            assertThat(Rig.run(sandbox, Rig.build("echo x >/etc/x")).exit()).isNotEqualTo(new Exit.Code(0));
            assertThat(Rig.say(sandbox, "id -u; echo $HOME; pwd")).isEqualTo("0\n/root\n/\n");
            assertThat(Rig.say(sandbox, "touch /tmp/f && chown 4711:4712 /tmp/f && stat -c %u:%g /tmp/f"))
                    .isEqualTo("4711:4712\n");
            int ids = 0;
            for (var line : Rig.say(sandbox, "cat /proc/self/uid_map").lines().toList()) {
                ids += Integer.parseInt(line.strip().split("\\s+", -1)[2]);
            }
            assertThat(ids).isGreaterThan(1000);
        }
    }

    @Test
    default void letsBuildBecomeRootWhereTheBackendAllowsIt() throws Exception {
        try (var sandbox = rig().open()) {
            var said = Rig.run(sandbox, Rig.build("sudo -n id -u"));
            if (rig().backend().id().equals("oci")) {
                assertThat(said).isEqualTo(new Rig.Said(new Exit.Code(0), "0\n"));
            } else {
                assertThat(said.exit()).isNotEqualTo(new Exit.Code(0));
                assertThat(said.words()).contains("no new privileges");
            }
        }
    }

    @Test
    default void hasLoopbackOnlyWithoutNetwork() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"));
                var sandbox = rig().open()) {
            assertThat(Rig.say(sandbox, "grep -c : /proc/net/dev; grep -o lo: /proc/net/dev"))
                    .isEqualTo("1\nlo:\n");
            assertThat(Rig.say(sandbox, "ls -l /proc/net/route >/dev/null; sed 1d /proc/net/route"))
                    .isEmpty();
            for (var address : List.of("127.0.0.1", ownAddress())) {
                assertThat(connects(sandbox, address, server.getLocalPort()))
                        .as(address)
                        .isFalse();
            }
        }
    }

    @Test
    default void reachesOutButNotTheHostsLoopback() throws Exception {
        if (!rig().hasGroups()) {
            assertThatThrownBy(() -> rig().open(new Base.Image("tools"), Limits.NONE, Network.EGRESS))
                    .isInstanceOfSatisfying(
                            SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED))
                    .hasMessageContaining("chmod 0666 /dev/net/tun");
            return;
        }
        try (var inner = new ServerSocket();
                var sandbox = rig().open(new Base.Image("tools"), Limits.NONE, Network.EGRESS)) {
            inner.bind(new InetSocketAddress("127.0.0.1", 0));
            for (var address : List.of("127.0.0.1", "10.0.2.2", "10.0.2.3", "localhost")) {
                assertThat(connects(sandbox, address, inner.getLocalPort()))
                        .as(address)
                        .isFalse();
            }
            try (var outer = new ServerSocket(0, 5, InetAddress.getByName(ownAddress()))) {
                assertThat(connects(sandbox, ownAddress(), outer.getLocalPort()))
                        .isTrue();
            }
            assertThat(Rig.run(
                                    sandbox,
                                    Rig.build(
                                            "curl -sS -m 20 http://deb.debian.org/debian/dists/bookworm/Release | sed -n 1p"))
                            .words())
                    .isEqualTo("Origin: Debian\n");
        }
    }

    private static String ownAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElseThrow(() -> new IOException("this machine has no address but its loopback"));
    }

    private static boolean connects(Sandbox sandbox, String address, int port) throws Exception {
        var script = "exec 3<>/dev/tcp/" + address + "/" + port;
        var command = new Command(List.of("timeout", "3", "bash", "-c", script), Map.of(), "/", "root");
        return Rig.run(sandbox, command).exit().equals(new Exit.Code(0));
    }
}
