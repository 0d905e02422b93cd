package dev.trivet.logs;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NewlinesTest {
    @Property(tries = 500)
    void countsAndFindsLikeALoop(@ForAll("bytes") byte[] bytes, @ForAll int a, @ForAll int b) {
        int from = Math.floorMod(a, bytes.length + 1);
        int length = Math.floorMod(b, bytes.length - from + 1);
        int count = 0;
        for (int at = from; at < from + length; at++) {
            if (bytes[at] == '\n') {
                count++;
                assertThat(Newlines.indexOf(bytes, from, length, count)).isEqualTo(at);
            }
        }
        assertThat(Newlines.count(bytes, from, length)).isEqualTo(count);
    }

    /** Neighbours of the line end, and bytes with the top bit set, are where tricks with words go wrong. */
    @Provide
    Arbitrary<byte[]> bytes() {
        return Arbitraries.oneOf(
                        Arbitraries.of((byte) '\n', (byte) 0x0b, (byte) 0x09, (byte) 0x8a, (byte) 0, (byte) -1),
                        Arbitraries.bytes())
                .array(byte[].class)
                .ofMaxSize(100);
    }
}
