package dev.trivet.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSearchTest {
    private static final LogKey KEY = new LogKey(5, 1);

    @TempDir
    Path directory;

    private LogFixture logs;

    @BeforeEach
    void open() throws IOException {
        logs = new LogFixture(directory);
    }

    @AfterEach
    void close() throws IOException {
        logs.close();
    }

    @Test
    void findsWithLineAndOffset() throws IOException {
        logs.append(KEY, 0, "ok\nerror: a\nok\n  Error: error: b");
        assertThat(logs.store.search(KEY, LogSearch.of("error")).hits())
                .containsExactly(new LogHit(1, 3), new LogHit(3, 24));
        assertThat(logs.store
                        .search(KEY, new LogSearch("ERROR", true, 0, 10, 1000))
                        .hits())
                .containsExactly(new LogHit(1, 3), new LogHit(3, 17), new LogHit(3, 24));
        assertThat(logs.store.search(KEY, LogSearch.of("a\nok")).hits()).containsExactly(new LogHit(1, 10));
        assertThat(logs.store.search(KEY, LogSearch.of("nothing"))).isEqualTo(new LogHits(List.of(), 32, true));
    }

    @Test
    void boundsEndASearchThatCanGoOn() throws IOException {
        logs.append(KEY, 0, "xx\n".repeat(10));
        LogSearch search = new LogSearch("x", false, 0, 3, 1000);
        LogHits first = logs.store.search(KEY, search);
        assertThat(first.hits()).containsExactly(new LogHit(0, 0), new LogHit(0, 1), new LogHit(1, 3));
        assertThat(first.complete()).isFalse();
        LogHits second = logs.store.search(KEY, search.startingAt(first.next()));
        assertThat(second.hits()).containsExactly(new LogHit(1, 4), new LogHit(2, 6), new LogHit(2, 7));

        LogHits bytes = logs.store.search(KEY, new LogSearch("x", false, 3, 100, 5));
        assertThat(bytes.hits())
                .containsExactly(new LogHit(1, 3), new LogHit(1, 4), new LogHit(2, 6), new LogHit(2, 7));
        assertThat(bytes.next()).isEqualTo(8);
        assertThat(bytes.complete()).isFalse();
    }

    @Test
    void searchBehindTheEndFindsNothing() throws IOException {
        logs.append(KEY, 0, "x");
        assertThat(logs.store.search(KEY, LogSearch.of("x").startingAt(50)).hits())
                .isEmpty();
        assertThat(logs.store.search(new LogKey(6, 1), LogSearch.of("x"))).isEqualTo(new LogHits(List.of(), 0, true));
    }

    /** Across the borders of the pieces that are read, against the search of a string. */
    @Test
    void findsWhatAStringFinds() throws Exception {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < 900_000) {
            text.append((char) (random.nextInt(30) == 0 ? '\n' : 'a' + random.nextInt(3)));
        }
        logs.append(KEY, 0, text.toString());
        for (String needle : List.of("abcabcab", "c\nb", "bbbbbbbb", "aaaa")) {
            List<LogHit> expected = expected(text.toString(), needle);
            assertThat(all(needle, 7000)).isEqualTo(expected);
        }
        logs.closeAndCompress(KEY);
        assertThat(all("abcabcab", 300_000)).isEqualTo(expected(text.toString(), "abcabcab"));
    }

    private List<LogHit> all(String needle, long maxBytes) throws IOException {
        List<LogHit> found = new ArrayList<>();
        LogSearch search = new LogSearch(needle, false, 0, 50, maxBytes);
        while (true) {
            LogHits hits = logs.store.search(KEY, search);
            found.addAll(hits.hits());
            if (hits.complete()) {
                return found;
            }
            search = search.startingAt(hits.next());
        }
    }

    private static List<LogHit> expected(String text, String needle) {
        List<LogHit> hits = new ArrayList<>();
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int at = 0;
        while ((at = text.indexOf(needle, at)) >= 0) {
            hits.add(new LogHit(Newlines.count(bytes, 0, at), at));
            at += needle.length();
        }
        return hits;
    }
}
