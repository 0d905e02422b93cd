package dev.trivet.circus.cache;

import java.util.Collection;
import java.util.stream.Collectors;

/** What a signature of a path signs (spec section 7). */
final class Fingerprints {
    private Fingerprints() {}

    /**
     * @param narHash {@code sha256:<base 32>}
     * @param references last names of paths
     */
    static String of(
            String storeDirectory, String storePath, String narHash, long narSize, Collection<String> references) {
        return "1;" + storePath + ";" + narHash + ";" + narSize + ";"
                + references.stream()
                        .distinct()
                        .sorted()
                        .map(name -> storeDirectory + "/" + name)
                        .collect(Collectors.joining(","));
    }
}
