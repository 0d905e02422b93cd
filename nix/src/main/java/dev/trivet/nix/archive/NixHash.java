package dev.trivet.nix.archive;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/** A SHA-256 in the forms in which Nix writes it. Immutable. */
public final class NixHash {
    private static final int BYTES = 32;
    private static final String PREFIX = "sha256:";
    private static final String SRI = "sha256-";

    private final byte[] bytes;

    private NixHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException if it is not 32 bytes */
    public static NixHash ofSha256(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a SHA-256 has 32 bytes, not " + bytes.length);
        }
        return new NixHash(bytes.clone());
    }

    /**
     * Reads {@code sha256:} with base 32, hexadecimal digits or base 64, or {@code sha256-} with base 64.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    public static NixHash parse(String text) {
        Objects.requireNonNull(text, "text is null");
        if (text.startsWith(SRI)) {
            return base64(text.substring(SRI.length()));
        }
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException(
                    "a hash begins with sha256: or sha256-, unlike '" + shortened(text) + "'");
        }
        String digits = text.substring(PREFIX.length());
        return switch (digits.length()) {
            case 52 -> new NixHash(NixBase32.decode(digits, BYTES));
            case 64 -> new NixHash(HexFormat.of().parseHex(digits));
            case 44 -> base64(digits);
            default ->
                throw new IllegalArgumentException("a SHA-256 has 52 digits of base 32 or 64 of base 16, not "
                        + digits.length() + " as in '" + shortened(text) + "'");
        };
    }

    private static NixHash base64(String text) {
        return ofSha256(Base64.getDecoder().decode(text));
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    /** {@code sha256:} and 52 digits of base 32, as in fingerprints and narinfo files. */
    public String nix32() {
        return PREFIX + digits();
    }

    /** The 52 digits of base 32. */
    public String digits() {
        return NixBase32.encode(bytes);
    }

    /** The 64 hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** {@code sha256-} and base 64. */
    public String sri() {
        return SRI + Base64.getEncoder().encodeToString(bytes);
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NixHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As {@link #nix32}. */
    @Override
    public String toString() {
        return nix32();
    }
}
