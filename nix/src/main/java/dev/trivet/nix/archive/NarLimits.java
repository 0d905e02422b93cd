package dev.trivet.nix.archive;

/**
 * How large an archive may be.
 *
 * @param bytes of the whole archive
 * @param entries files, links and directories
 * @param depth directories in one another
 */
public record NarLimits(long bytes, long entries, int depth) {
    /** As large as anything that Nix builds: 1 TiB, 20 million entries, 1,000 directories in one another. */
    public static final NarLimits DEFAULT = new NarLimits(1L << 40, 20_000_000, 1_000);

    /** Bytes of one name, as file systems have it. */
    static final int NAME = 255;

    /** Bytes of a link's target, as Linux has it. */
    static final int TARGET = 4095;

    public NarLimits {
        if (bytes < 1 || entries < 1 || depth < 1) {
            throw new IllegalArgumentException("limits are positive");
        }
    }

    /** These limits with another size in bytes. */
    public NarLimits withBytes(long most) {
        return new NarLimits(most, entries, depth);
    }
}
