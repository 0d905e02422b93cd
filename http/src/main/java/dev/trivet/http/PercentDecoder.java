package dev.trivet.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict percent-decoding of UTF-8. */
final class PercentDecoder {
    private PercentDecoder() {}

    /**
     * Decodes one path segment.
     *
     * @throws HttpException 400 for a broken escape, bytes that are not UTF-8, a control character or an escaped slash
     */
    static String segment(String text) {
        String decoded = decode(text, false, "the path");
        if (decoded.indexOf('/') >= 0 || decoded.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw HttpException.badRequest("the path contains an escaped slash or control character");
        }
        return decoded;
    }

    /**
     * Decodes a name or value of a query or form, where {@code +} is a space.
     *
     * @param where named in the error, such as {@code the query}
     * @throws HttpException 400 for a broken escape or bytes that are not UTF-8
     */
    static String form(String text, String where) {
        return decode(text, true, where);
    }

    private static String decode(String text, boolean plusIsSpace, String where) {
        if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] == '%') {
                int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
                int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw HttpException.badRequest(
                            where
                                    + " has a broken escape at '%': two hexadecimal digits must follow (%25 for the sign itself)");
                }
                out.put((byte) (high << 4 | low));
                i += 2;
            } else {
                out.put(plusIsSpace && in[i] == '+' ? (byte) ' ' : in[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
        } catch (CharacterCodingException e) {
            throw HttpException.badRequest(where + " has escaped bytes that are not UTF-8");
        }
    }
}
