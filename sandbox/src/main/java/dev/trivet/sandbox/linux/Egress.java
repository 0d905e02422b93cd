package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Probe;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a sandbox's network namespace: a user-mode network stack in the holder. Connections leave as the server's own, but
 * the host's loopback is not reachable, neither by 127.0.0.1 nor by the gateway's address.
 *
 * @param program the argument vector that takes a process number and a device name, or empty when there is none
 * @param nameservers addresses for resolv.conf
 * @param resolver the search and option lines of the host
 * @param why what is missing, or null
 * @param remedy what to do about it, or null
 */
record Egress(
        List<String> program,
        List<String> nameservers,
        List<String> resolver,
        @Nullable String why,
        @Nullable String remedy) {

    /** @param dns addresses that the operator named; empty for the host's own */
    static Egress detect(Programs programs, List<String> dns) {
        var resolver = new ArrayList<String>();
        var nameservers = dns.isEmpty() ? hostNameservers(resolver) : dns;
        var slirp = programs.find("slirp4netns");
        var why = tunnel();
        if (slirp.isEmpty()) {
            return new Egress(List.of(), nameservers, resolver, "there is no slirp4netns", "install slirp4netns");
        }
        if (why != null) {
            return new Egress(
                    List.of(), nameservers, resolver, "/dev/net/tun: " + why, "run as root: chmod 0666 /dev/net/tun");
        }
        if (nameservers.isEmpty()) {
            why = "the host's only name servers are on its loopback, which no sandbox may reach";
            return new Egress(List.of(), nameservers, resolver, why, "name another one in the setting sandbox.dns");
        }
        // The built-in name service would forward any port to a name server, also to one on the host's loopback: it is
        // off.
        return new Egress(
                List.of(
                        slirp.get(),
                        "--configure",
                        "--mtu=65520",
                        "--disable-host-loopback",
                        "--disable-dns",
                        "--ready-fd=3"),
                nameservers,
                resolver,
                null,
                null);
    }

    boolean works() {
        return why == null;
    }

    Probe.Check check() {
        return why == null
                ? new Probe.Check("network without host loopback", true, "slirp4netns, names from " + nameservers, null)
                : new Probe.Check("network without host loopback", false, why, remedy);
    }

    /** Content of {@code /etc/resolv.conf}. */
    String resolvConf() {
        var text = new StringBuilder();
        nameservers.forEach(
                address -> text.append("nameserver ").append(address).append('\n'));
        resolver.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static List<String> hostNameservers(List<String> resolver) {
        for (var file : List.of("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf")) {
            var found = new ArrayList<String>();
            resolver.clear();
            try {
                for (var line : Files.readAllLines(Path.of(file))) {
                    var words = line.strip().split("\\s+", -1);
                    if (words.length > 1 && words[0].equals("nameserver") && !isLoopback(words[1])) {
                        found.add(words[1]);
                    } else if (words[0].equals("search") || words[0].equals("options")) {
                        resolver.add(line.strip());
                    }
                }
            } catch (IOException e) {
                continue;
            }
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private static boolean isLoopback(String address) {
        return address.startsWith("127.") || address.equals("::1") || address.startsWith("0.");
    }

    /** @return why the tunnel device cannot be opened, or null */
    private static @Nullable String tunnel() {
        try (var device = new FileInputStream("/dev/net/tun")) {
            return device.getFD().valid() ? null : "cannot be opened";
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
