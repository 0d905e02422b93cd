package dev.trivet.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A network of its own for processes, joined to the one of this process by a pair of virtual cards: a cable that can be cut. */
final class NetworkNamespace implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    /** What RFC 2544 keeps free for measurements between networks, in blocks of four addresses. */
    private static final String RANGE = "198.18.";

    private static final int MOST = 256 * 64;

    private final String name;
    private final String card;
    private final String server;

    private NetworkNamespace(String name, String card, String server) {
        this.name = name;
        this.card = card;
        this.server = server;
    }

    /** Makes one; where that is not allowed the test that asks for it is skipped. */
    static NetworkNamespace make() throws Exception {
        // Names hold 15 characters; a process number is below 2^22.
        String unique = "trv" + ProcessHandle.current().pid() + "n" + NUMBERS.incrementAndGet();
        try {
            run("ip", "netns", "add", unique);
        } catch (IOException refused) {
            Assumptions.abort(
                    "network namespaces cannot be made here, which takes root and no container that forbids it: "
                            + refused.getMessage());
        }
        NetworkNamespace made = new NetworkNamespace(unique, unique + "h", unused());
        try {
            made.join();
            return made;
        } catch (IOException | RuntimeException failed) {
            made.close();
            throw failed;
        }
    }

    private void join() throws IOException {
        run("ip", "link", "add", card, "type", "veth", "peer", "name", name + "p", "netns", name);
        run("ip", "address", "add", server + "/30", "dev", card);
        run("ip", "link", "set", card, "up");
        String own = server.substring(0, server.lastIndexOf('.') + 1)
                + (Integer.parseInt(server.substring(server.lastIndexOf('.') + 1)) + 1);
        run("ip", "-n", name, "address", "add", own + "/30", "dev", name + "p");
        run("ip", "-n", name, "link", "set", "lo", "up");
        run("ip", "-n", name, "link", "set", name + "p", "up");
    }

    /** The first block, from one that differs between processes on, that no card of this machine is in. */
    private static String unused() throws IOException {
        List<String> taken = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .map(InetAddress::getHostAddress)
                .toList();
        int first = (int) (ProcessHandle.current().pid() * 7 % MOST);
        for (int block = first; block < first + MOST; block++) {
            String prefix = RANGE + (block % MOST / 64) + ".";
            int base = block % 64 * 4;
            if (taken.stream().noneMatch(address -> within(address, prefix, base))) {
                return prefix + (base + 1);
            }
        }
        throw new IOException("all of " + RANGE + "0.0/16 is taken");
    }

    private static boolean within(String address, String prefix, int base) {
        return address.startsWith(prefix) && Integer.parseInt(address.substring(prefix.length())) / 4 == base / 4;
    }

    /** The address of this process' network as it is seen from inside. */
    String server() {
        return server;
    }

    /** {@code command} as it is started inside. */
    List<String> inside(List<String> command) {
        // Unlike ip netns exec this leaves /sys as it is, and with it the control groups.
        return Stream.concat(Stream.of("nsenter", "--net=/run/netns/" + name), command.stream())
                .toList();
    }

    void cut() throws IOException {
        run("ip", "link", "set", card, "down");
    }

    void mend() throws IOException {
        run("ip", "link", "set", card, "up");
    }

    /** Ends whatever is inside, and takes it away. */
    @Override
    public void close() throws IOException {
        var trouble = new ArrayList<IOException>();
        for (String pid : run("ip", "netns", "pids", name).lines().toList()) {
            ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
        }
        // With the namespace goes the card inside it, and with that the other one; not at once while a process is
        // dying.
        for (List<String> command :
                List.of(List.of("ip", "link", "delete", card), List.of("ip", "netns", "delete", name))) {
            try {
                run(command.toArray(String[]::new));
            } catch (IOException failed) {
                trouble.add(failed);
            }
        }
        if (trouble.size() > 1) {
            throw trouble.getLast();
        }
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", Arrays.asList(command)) + ": " + said);
        }
        return said;
    }
}
