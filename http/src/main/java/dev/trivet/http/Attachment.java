package dev.trivet.http;

import java.nio.charset.StandardCharsets;

/** The header that makes a browser save instead of show (RFC 6266, RFC 8187). */
final class Attachment {
    private Attachment() {}

    static Header named(String fileName) {
        StringBuilder plain = new StringBuilder();
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < fileName.length(); i++) {
            char c = fileName.charAt(i);
            plain.append(isPlain(c) || c == ' ' ? c : '_');
        }
        for (byte b : fileName.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain((char) (b & 0xff))) {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(String.format("%02X", b));
            }
        }
        return new Header("Content-Disposition", "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + escaped);
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~+".indexOf(c) >= 0;
    }
}
