package dev.trivet.circus;

import dev.trivet.circus.notify.Sealing;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Keeps secrets in rows unreadable for who only has the rows: AES-256-GCM under a key that is not in the database. Without a key they are
 * kept as they are; what was kept so can be read with a key, too. Thread-safe.
 */
public final class SecretBox implements Sealing {
    /** Keeps secrets as they are. */
    public static final SecretBox OPEN = new SecretBox(null);

    private static final String MARK = "aesgcm:";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final @Nullable SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    private SecretBox(@Nullable SecretKeySpec key) {
        this.key = key;
    }

    /** @param passphrase hard to guess; the key is made of it, so servers that share a database share it too */
    public static SecretBox locked(String passphrase) {
        Objects.requireNonNull(passphrase, "passphrase is null");
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(passphrase.getBytes(StandardCharsets.UTF_8));
            return new SecretBox(new SecretKeySpec(hash, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** @param place where it is kept: what is moved elsewhere cannot be opened */
    @Override
    public String seal(String secret, String place) {
        if (key == null) {
            return secret;
        }
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, key, nonce, place).doFinal(secret.getBytes(StandardCharsets.UTF_8));
            byte[] whole = Arrays.copyOf(nonce, NONCE + sealed.length);
            System.arraycopy(sealed, 0, whole, NONCE, sealed.length);
            return MARK + Base64.getEncoder().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    /** The secret; empty if it was sealed under another key, at another place, or is damaged. */
    @Override
    public Optional<String> open(String kept, String place) {
        if (!kept.startsWith(MARK)) {
            return Optional.of(kept);
        }
        if (key == null) {
            return Optional.empty();
        }
        try {
            byte[] whole = Base64.getDecoder().decode(kept.substring(MARK.length()));
            if (whole.length < NONCE) {
                return Optional.empty();
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(whole, NONCE), place);
            return Optional.of(new String(cipher.doFinal(whole, NONCE, whole.length - NONCE), StandardCharsets.UTF_8));
        } catch (AEADBadTagException | IllegalArgumentException another) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, String place)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
