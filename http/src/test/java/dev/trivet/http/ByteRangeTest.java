package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // header, size, 200 | 206 offset length Content-Range | 416
                "-, 10, 200",
                "bytes=0-, 10, 206 0 10 bytes 0-9/10",
                "bytes=3-, 10, 206 3 7 bytes 3-9/10",
                "bytes=9-, 10, 206 9 1 bytes 9-9/10",
                "bytes=0-0, 10, 206 0 1 bytes 0-0/10",
                "bytes=2-4, 10, 206 2 3 bytes 2-4/10",
                "bytes=2-99, 10, 206 2 8 bytes 2-9/10",
                "bytes=-3, 10, 206 7 3 bytes 7-9/10",
                "bytes=-99, 10, 206 0 10 bytes 0-9/10",
                "BYTES=3-, 10, 206 3 7 bytes 3-9/10",
                "bytes=10-, 10, 416 bytes */10",
                "bytes=99-, 10, 416 bytes */10",
                "bytes=10-12, 10, 416 bytes */10",
                "bytes=-0, 10, 416 bytes */10",
                // not a single range of bytes: ignored
                "bytes=4-2, 10, 200",
                "bytes=-, 10, 200",
                "bytes=, 10, 200",
                "bytes=a-b, 10, 200",
                "'bytes=0-1,3-4', 10, 200",
                "lines=0-, 10, 200",
                "0-, 10, 200",
                "bytes=0--1, 10, 200",
                "bytes=-1-, 10, 200",
                "bytes=99999999999999999999-, 10, 200",
                "bytes=999999999999999999-, 10, 416 bytes */10",
            })
    void decides(String header, long size, String expected) {
        assertThat(told(ByteRange.of(header, size, RangeRule.STANDARD))).isEqualTo(expected);
        assertThat(told(ByteRange.of(header, size, RangeRule.FOLLOWED_LOG))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, 200, 200",
                "bytes=0-, 416 bytes */0, 206 0 0 bytes 0-0/0",
                "bytes=0-10, 416 bytes */0, 206 0 0 bytes 0-0/0",
                "bytes=5-, 416 bytes */0, 206 0 0 bytes 0-0/0",
                "bytes=-5, 416 bytes */0, 206 0 0 bytes 0-0/0",
                "bytes=x, 200, 200",
            })
    void anEmptyLogCanBeFollowed(String header, String standard, String log) {
        assertThat(told(ByteRange.of(header, 0, RangeRule.STANDARD))).isEqualTo(standard);
        assertThat(told(ByteRange.of(header, 0, RangeRule.FOLLOWED_LOG))).isEqualTo(log);
    }

    @Test
    void hugeContent() {
        long size = 1L << 50;
        assertThat(told(ByteRange.of("bytes=-1", size, RangeRule.STANDARD)))
                .isEqualTo("206 " + (size - 1) + " 1 bytes " + (size - 1) + "-" + (size - 1) + "/" + size);
    }

    private static String told(ByteRange range) {
        return switch (range) {
            case ByteRange.Whole whole -> "200";
            case ByteRange.Part(long offset, long length, String contentRange) ->
                "206 " + offset + " " + length + " " + contentRange;
            case ByteRange.Unsatisfiable none -> "416 " + none.contentRange();
        };
    }
}
