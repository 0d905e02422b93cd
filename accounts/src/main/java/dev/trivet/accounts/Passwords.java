package dev.trivet.accounts;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of passwords: argon2id with 19 MiB, two passes and a salt of 16 bytes, in the PHC format. As each takes memory and a
 * processor for some time, few are made or checked at once; the others wait. Thread-safe.
 */
public final class Passwords {
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int BYTES = 32;
    private static final int SALT = 16;
    private static final int LONGEST = 1024;
    private static final int AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private static final Argon2Function FUNCTION =
            Argon2Function.getInstance(MEMORY_KIB, PASSES, LANES, BYTES, Argon2.ID);
    /** Checked in place of the hash of who has none, so that the time says nothing about who exists. */
    private static final String NOBODY = hash("nobody", new byte[SALT]);

    private final SecureRandom random = new SecureRandom();
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    /** What to store of it. */
    public String hash(String password) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        places.acquireUninterruptibly();
        try {
            return hash(password, salt);
        } finally {
            places.release();
        }
    }

    /**
     * Whether that was stored of this password.
     *
     * @param stored as {@link #hash} made it, or null, which is no password's
     */
    public boolean matches(String password, @Nullable String stored) {
        if (password.length() > LONGEST) {
            return false;
        }
        String hash = stored == null ? NOBODY : stored;
        places.acquireUninterruptibly();
        try {
            return Argon2Function.getInstanceFromHash(hash).check(password, hash) && stored != null;
        } finally {
            places.release();
        }
    }

    /** True if it can be stored: nobody types more. */
    public static boolean isOfBearableLength(String password) {
        return password.length() <= LONGEST;
    }

    private static String hash(String password, byte[] salt) {
        return FUNCTION.hash(password.getBytes(StandardCharsets.UTF_8), salt).getResult();
    }
}
