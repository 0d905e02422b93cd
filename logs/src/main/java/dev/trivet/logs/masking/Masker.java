package dev.trivet.logs.masking;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Knows the secrets of a job and makes streams that do not show them. Where forms of secrets overlap or touch, their union
 * becomes one {@code ***}. Immutable and safe for any thread; make it once per job, since it is the costly part (its memory is
 * a small multiple of the bytes of all forms).
 */
public final class Masker {
    /** Most bytes that all secrets together may have. */
    public static final int MAX_SECRET_BYTES = 1 << 20;

    /** Masks nothing. */
    public static final Masker NONE = new Masker(List.of());

    private final Automaton automaton;

    private Masker(List<byte[]> forms) {
        this.automaton = new Automaton(forms);
    }

    /**
     * For the given secrets, in all forms that {@code SecretForms} lists. Values below 4 bytes are ignored.
     *
     * @throws IllegalArgumentException if they have more than {@link #MAX_SECRET_BYTES} bytes together
     */
    public static Masker of(Collection<byte[]> secrets) {
        Objects.requireNonNull(secrets, "secrets is null");
        long bytes = 0;
        for (byte[] secret : secrets) {
            bytes += secret.length;
        }
        if (bytes > MAX_SECRET_BYTES) {
            throw new IllegalArgumentException("the secrets of a job have " + bytes + " bytes, but only "
                    + MAX_SECRET_BYTES + " can be masked: use fewer or shorter secrets");
        }
        List<byte[]> forms = SecretForms.of(secrets);
        return forms.isEmpty() ? NONE : new Masker(forms);
    }

    /** As {@link #of}, for texts in UTF-8. */
    public static Masker ofTexts(Collection<String> secrets) {
        List<byte[]> bytes = new ArrayList<>();
        for (String secret : secrets) {
            bytes.add(secret.getBytes(StandardCharsets.UTF_8));
        }
        return of(bytes);
    }

    /** For exactly these byte sequences, without any other form. */
    static Masker ofForms(List<byte[]> forms) {
        return new Masker(forms);
    }

    /** Whether nothing is ever masked. */
    public boolean isEmpty() {
        return automaton.isEmpty();
    }

    /** A stream that passes on to {@code target} what it is given, without the secrets. One per stream of output. */
    public MaskingStream mask(OutputStream target) {
        Objects.requireNonNull(target, "target is null");
        return new MaskingStream(automaton, target);
    }

    /** The whole of a short text, masked; for messages and command lines. */
    public String mask(String text) {
        ByteArrayOutputStream masked = new ByteArrayOutputStream(text.length());
        try (MaskingStream stream = mask(masked)) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory does not fail", impossible);
        }
        return masked.toString(StandardCharsets.UTF_8);
    }
}
