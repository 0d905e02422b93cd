package dev.trivet.circus.cache;

import dev.trivet.nix.archive.NarInfo;
import dev.trivet.nix.archive.PublicKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Narinfos of another cache. */
final class UpstreamNarInfo {
    private static final Pattern RELATIVE = Pattern.compile("nar/[A-Za-z0-9._/+-]{1,200}");

    private UpstreamNarInfo() {}

    /** It is not of the path that was asked for, or not signed by whom it should be. */
    static final class UntrustedException extends IOException {
        UntrustedException(String message) {
            super(message);
        }
    }

    /**
     * Reads and checks one.
     *
     * @param hash of the path that was asked for
     * @param upstream where it came from
     * @param place what its archive's address begins with here
     * @return with the archive's address as it is below our cache; with an absolute one if it is no usual one
     */
    static NarInfo read(byte[] bytes, String hash, String storeDirectory, CacheSettings.Upstream upstream, String place)
            throws UntrustedException {
        NarInfo info;
        try {
            info = NarInfo.parse(storeDirectory, new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException malformed) {
            throw new UntrustedException("it is malformed: " + malformed.getMessage());
        }
        if (!info.path().hash().equals(hash)) {
            throw new UntrustedException("it tells of another path: " + info.path());
        }
        PublicKey key = PublicKey.parse(upstream.publicKey());
        String fingerprint = info.fingerprint();
        if (info.signatures().stream().noneMatch(signature -> key.verifies(fingerprint, signature))) {
            throw new UntrustedException("it has no good signature by " + upstream.publicKey());
        }
        String url = info.url();
        boolean usual = RELATIVE.matcher(url).matches() && !url.contains("..");
        return new NarInfo(
                info.path(),
                usual ? place + url : absolute(upstream, url),
                info.compression(),
                info.fileHash(),
                info.fileSize(),
                info.narHash(),
                info.narSize(),
                info.references(),
                info.deriver(),
                info.ca(),
                info.signatures());
    }

    private static String absolute(CacheSettings.Upstream upstream, String url) {
        return url.matches("https?://.*") ? url : upstream.url() + "/" + url;
    }
}
