package dev.trivet.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SetupLogTest {
    private final SetupLog log = new SetupLog();

    @Test
    void holdsBackWhatFollowsTheBeginOfATask() {
        add("[#1] Booting é\n[#1] Running task \"a\"\n[#1] Runn");
        add("ing task \"b\"\n[#1] Build com");
        assertThat(text(log.through("a"))).isEqualTo("[#1] Booting é\n[#1] Running task \"a\"\n");
        assertThat(text(log.through("c"))).isEmpty();
        assertThat(text(log.through("b"))).isEqualTo("[#1] Running task \"b\"\n");
        assertThat(text(log.lines())).isEmpty();
        assertThat(text(log.rest())).isEqualTo("[#1] Build com");
        assertThat(text(log.rest())).isEmpty();
    }

    @Test
    void tellsCompleteLinesWhileNoTaskHasBegun() {
        add("one\ntwo\nth");
        assertThat(text(log.lines())).isEqualTo("one\ntwo\n");
        add("ree\n");
        assertThat(text(log.lines())).isEqualTo("three\n");
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        log.add(bytes, bytes.length);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
