package dev.trivet.logs.masking;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

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

    private static final int[] BASE64_LINES = {64, 76};
    private static final String RFC3986 = "-._~";
    private static final String ENCODE_URI_COMPONENT = "-._~!'()*";
    private static final String ENCODE_URI = ENCODE_URI_COMPONENT + ";/?:@&=+$,#";

    private SecretForms() {}

    /** All forms, as ISO-8859-1 text so that equal ones meet in a set. */
    static List<byte[]> of(Collection<byte[]> secrets) {
        SequencedSet<String> forms = new LinkedHashSet<>();
        for (byte[] secret : secrets) {
            if (secret.length >= MIN_SECRET) {
                addForms(forms, secret);
            }
        }
        return forms.stream().map(SecretForms::bytes).toList();
    }

    private static void addForms(SequencedSet<String> forms, byte[] secret) {
        String text = text(secret);
        forms.add(text);
        forms.add(text.replace("\r\n", "\n").replace("\n", "\r\n"));
        List<String> lines = text.lines().toList();
        if (lines.size() > 1) {
            lines.stream().filter(line -> line.length() >= MIN_LINE).forEach(forms::add);
        }
        addBase64(forms, secret);
        for (String unreserved : List.of(RFC3986, ENCODE_URI_COMPONENT, ENCODE_URI)) {
            String encoded = percentEncoded(secret, unreserved);
            forms.add(encoded);
            forms.add(withLowerCaseHex(encoded));
        }
        String form = URLEncoder.encode(text, StandardCharsets.ISO_8859_1);
        forms.add(form);
        forms.add(withLowerCaseHex(form));
    }

    private static void addBase64(SequencedSet<String> forms, byte[] secret) {
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            String encoded = text(Base64.getEncoder().withoutPadding().encode(shifted));
            // only characters that the secret alone decides
            int first = (before * 8 + 5) / 6;
            int end = shifted.length * 8 / 6;
            addBothAlphabets(forms, encoded.substring(first, end));
        }
        String whole = text(Base64.getEncoder().encode(secret));
        addBothAlphabets(forms, whole);
        for (int width : BASE64_LINES) {
            for (int at = 0; whole.length() > width && at < whole.length(); at += width) {
                String line = whole.substring(at, Math.min(whole.length(), at + width));
                if (line.length() >= MIN_LINE) {
                    addBothAlphabets(forms, line);
                }
            }
        }
    }

    private static void addBothAlphabets(SequencedSet<String> forms, String encoded) {
        forms.add(encoded);
        forms.add(encoded.replace('+', '-').replace('/', '_'));
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
                encoded.writeBytes("%%%02X".formatted((int) c).getBytes(StandardCharsets.US_ASCII));
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
