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
    /** Masks nothing. */
    public static final Masker NONE = new Masker(List.of());

    private final Automaton automaton;

    private Masker(List<byte[]> forms) {
        this.automaton = new Automaton(forms);
    }

    /**
     * For the given secrets: as they are, with CRLF for LF, each line of at least 8 bytes, in base64 (any alignment, both alphabets,
     * also broken into lines) and URL-encoded. Values below 4 bytes are ignored.
     *
     * @throws IllegalArgumentException if they are too large to be masked (about 300 KB together, or 60 KB of small ones)
     */
    public static Masker of(Collection<byte[]> secrets) {
        Objects.requireNonNull(secrets, "secrets is null");
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
