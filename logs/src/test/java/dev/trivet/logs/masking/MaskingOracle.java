package dev.trivet.logs.masking;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Masks a whole text the slow and obvious way. */
final class MaskingOracle {
    private MaskingOracle() {}

    static byte[] mask(byte[] text, List<byte[]> forms) {
        return maskBeginning(text, forms, text.length);
    }

    /** What the first bytes of the text become, in the knowledge of all of it. */
    static byte[] maskBeginning(byte[] text, List<byte[]> forms, int length) {
        BitSet masked = new BitSet(text.length);
        for (byte[] form : forms) {
            for (int at = 0; at + form.length <= text.length; at++) {
                if (Arrays.equals(text, at, at + form.length, form, 0, form.length)) {
                    masked.set(at, at + form.length);
                }
            }
        }
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        for (int at = 0; at < length; at++) {
            if (!masked.get(at)) {
                result.write(text[at]);
            } else if (at == 0 || !masked.get(at - 1)) {
                result.writeBytes("***".getBytes());
            }
        }
        return result.toByteArray();
    }
}
