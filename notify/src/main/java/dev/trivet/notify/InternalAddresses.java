package dev.trivet.notify;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which hosts are of the inside: this machine, its network, and the services that clouds give their machines. */
public final class InternalAddresses {
    private InternalAddresses() {}

    /** Whether a host is internal by how it is written; no name is resolved. */
    public static boolean isInternalName(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceAll("\\.+$", "").replaceAll("^\\[|]$", "");
        if (name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("internal")
                || name.endsWith(".internal")) {
            return true;
        }
        return literal(name).map(InternalAddresses::isInternal).orElse(false);
    }

    /**
     * Whether a host leads inside, resolved now.
     *
     * @throws UnknownHostException if nobody knows the name
     */
    public static boolean leadsInside(String host) throws UnknownHostException {
        return isInternalName(host)
                || Arrays.stream(InetAddress.getAllByName(host)).anyMatch(InternalAddresses::isInternal);
    }

    public static boolean isInternal(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        boolean carrier = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || uniqueLocal
                || carrier
                || (bytes.length == 4 && bytes[0] == 0);
    }

    /** An address that is written as numbers, also as programs in C read them: {@code 127.1}, {@code 0x7f000001}, {@code 2130706433}. */
    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(
                    host.indexOf(':') >= 0 ? InetAddress.ofLiteral(host) : Inet4Address.ofPosixLiteral(host));
        } catch (IllegalArgumentException noNumbers) {
            return Optional.empty();
        }
    }
}
