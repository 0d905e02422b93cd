package dev.trivet.logs.masking;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * In which forms a secret may show up in output.
 *
 * <ul>
 *   <li>as it is, and with CRLF for LF as a terminal prints it
 *   <li>each of its lines of at least {@value #MIN_LINE} bytes
 *   <li>in base64, standard and URL alphabet, wherever in the encoded data it starts (three alignments), and broken into lines
 *       of 64 and 76 characters as common tools do
 *   <li>URL-encoded, as RFC 3986, browsers and forms do, with either case of hexadecimal digits
 * </ul>
 *
 * A value below {@value #MIN_SECRET} bytes is no secret: masking it would shred the log and hide nothing.
 */
final class SecretForms {
    static final int MIN_SECRET = 4;
    static final int MIN_LINE = 8;

    /** Most bytes of all forms; each costs about 17 bytes of memory. */
    static final int MAX_BYTES = 2 << 20;

    static final int LONG_SECRET = 1024;

    /** All forms of a secret have about that many times its own length, at worst. */
    private static final int FORM_BYTES_PER_BYTE = 30;

    private static final int[] BASE64_LINES = {64, 76};
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final String RFC3986 = "-._~";
    private static final String ENCODE_URI_COMPONENT = "-._~!'()*";
    private static final String ENCODE_URI = ENCODE_URI_COMPONENT + ";/?:@&=+$,#";

    private SecretForms() {}

    /**
     * All forms. Where they become too many bytes, secrets of more than {@value #LONG_SECRET} bytes (files, mostly) are looked for
     * in fewer: as they are, their lines, and base64 from their beginning.
     *
     * @throws IllegalArgumentException if even those are more than {@value #MAX_BYTES} bytes
     */
    static List<byte[]> of(Collection<byte[]> secrets) {
        long bytes = secrets.stream().mapToLong(secret -> secret.length).sum();
        Set<String> forms = new HashSet<>();
        if (bytes <= MAX_BYTES) {
            addAll(forms, secrets, bytes * FORM_BYTES_PER_BYTE <= MAX_BYTES ? Integer.MAX_VALUE : LONG_SECRET);
        }
        if (bytes > MAX_BYTES || forms.stream().mapToLong(String::length).sum() > MAX_BYTES) {
            throw new IllegalArgumentException("the secrets of this job have " + bytes
                    + " bytes together, too many to be masked in its log: use fewer or shorter ones");
        }
        return forms.stream().map(SecretForms::bytes).toList();
    }

    /** Adds forms as ISO-8859-1 text, so that equal ones meet in the set. */
    private static void addAll(Set<String> forms, Collection<byte[]> secrets, int longSecret) {
        for (byte[] secret : secrets) {
            if (secret.length >= MIN_SECRET) {
                addPlain(forms, text(secret));
                addBase64Lines(forms, secret);
                if (secret.length <= longSecret) {
                    addBase64(forms, secret);
                    addUrlEncoded(forms, secret);
                }
            }
        }
    }

    private static void addPlain(Set<String> forms, String text) {
        forms.add(text);
        forms.add(text.replace("\r\n", "\n").replace("\n", "\r\n"));
        List<String> lines = text.lines().toList();
        if (lines.size() > 1) {
            lines.stream().filter(line -> line.length() >= MIN_LINE).forEach(forms::add);
        }
    }

    private static void addBase64Lines(Set<String> forms, byte[] secret) {
        String whole = text(Base64.getEncoder().encode(secret));
        forms.add(whole);
        for (int width : BASE64_LINES) {
            for (int at = 0; whole.length() > width && at < whole.length(); at += width) {
                String line = whole.substring(at, Math.min(whole.length(), at + width));
                if (line.length() >= MIN_LINE) {
                    forms.add(line);
                }
            }
        }
    }

    private static void addBase64(Set<String> forms, byte[] secret) {
        addBothAlphabets(forms, text(Base64.getEncoder().encode(secret)));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            String encoded = text(Base64.getEncoder().withoutPadding().encode(shifted));
            // only characters that the secret alone decides
            int first = (before * 8 + 5) / 6;
            int end = shifted.length * 8 / 6;
            addBothAlphabets(forms, encoded.substring(first, end));
        }
    }

    private static void addBothAlphabets(Set<String> forms, String encoded) {
        forms.add(encoded);
        forms.add(encoded.replace('+', '-').replace('/', '_'));
    }

    private static void addUrlEncoded(Set<String> forms, byte[] secret) {
        for (String unreserved : List.of(RFC3986, ENCODE_URI_COMPONENT, ENCODE_URI)) {
            String encoded = percentEncoded(secret, unreserved);
            forms.add(encoded);
            forms.add(withLowerCaseHex(encoded));
        }
        String form = URLEncoder.encode(text(secret), StandardCharsets.ISO_8859_1);
        forms.add(form);
        forms.add(withLowerCaseHex(form));
    }

    private static String percentEncoded(byte[] secret, String unreserved) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream(secret.length * 3);
        for (byte b : secret) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= '0' && c <= '9')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || unreserved.indexOf(c) >= 0;
            if (plain) {
                encoded.write(c);
            } else {
                encoded.write('%');
                encoded.write(HEX.toHighHexDigit(c));
                encoded.write(HEX.toLowHexDigit(c));
            }
        }
        return encoded.toString(StandardCharsets.ISO_8859_1);
    }

    private static String withLowerCaseHex(String encoded) {
        char[] chars = encoded.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if (chars[i] == '%') {
                for (int j = i + 1; j <= i + 2 && j < chars.length; j++) {
                    chars[j] = Character.toLowerCase(chars[j]);
                }
                i += 2;
            }
        }
        return new String(chars);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String form) {
        return form.getBytes(StandardCharsets.ISO_8859_1);
    }
}
