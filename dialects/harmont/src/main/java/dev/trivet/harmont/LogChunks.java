package dev.trivet.harmont;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Splits the bytes of a log into chunks, one for each line with its line end, numbered from 1 in the whole log. So everybody who reads the
 * log sees the same chunks, whenever they read it. For one reader, by one thread.
 */
final class LogChunks {
    /** A longer line is cut in what is shown of it. */
    static final int LONGEST_LINE = 1 << 20;

    private final Kind kind;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;
    private long cut;

    /** Where a line comes from. */
    enum Kind {
        /** What the command writes to its standard output and error, in one order. */
        OUTPUT(0),
        /** What the server says of the job. */
        META(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /**
     * One line.
     *
     * @param sequence its number in the log, from 1
     */
    record Chunk(long sequence, Kind kind, String content) {
        /** As JSON; when it was written is not known. */
        Map<String, @Nullable Object> json() {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("seq", sequence);
            json.put("stream_kind", kind.number);
            json.put("content", content);
            json.put("ts", null);
            return json;
        }
    }

    /** @param before how many lines stand before the first byte */
    LogChunks(Kind kind, long before) {
        this.kind = kind;
        this.number = before;
    }

    /** The lines that end in these bytes. */
    List<Chunk> add(byte[] bytes, int length) {
        List<Chunk> chunks = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < length; at++) {
            if (bytes[at] == '\n') {
                keep(bytes, from, at + 1);
                chunks.add(next());
                from = at + 1;
            }
        }
        keep(bytes, from, length);
        return chunks;
    }

    /** What stands behind the last line end, when nothing more comes. */
    List<Chunk> rest() {
        return line.size() == 0 ? List.of() : List.of(next());
    }

    private void keep(byte[] bytes, int from, int to) {
        int room = Math.min(to - from, LONGEST_LINE - line.size());
        line.write(bytes, from, room);
        cut += to - from - room;
    }

    private Chunk next() {
        String content = line.toString(StandardCharsets.UTF_8);
        if (cut > 0) {
            content += " [… " + cut + " more bytes in this line]\n";
        }
        line.reset();
        cut = 0;
        number++;
        return new Chunk(number, kind, content);
    }
}
