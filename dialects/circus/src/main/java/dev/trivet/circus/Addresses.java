package dev.trivet.circus;

import dev.trivet.notify.InternalAddresses;
import java.net.UnknownHostException;

/** Which hosts are of the inside (spec section 2.3). */
final class Addresses {
    private Addresses() {}

    /** Whether a host is internal by how it is written; no name is resolved. */
    static boolean isInternalName(String host) {
        return InternalAddresses.isInternalName(host);
    }

    /**
     * Whether a host leads inside, resolved now.
     *
     * @throws UnknownHostException if nobody knows the name
     */
    static boolean leadsInside(String host) throws UnknownHostException {
        return InternalAddresses.leadsInside(host);
    }
}
