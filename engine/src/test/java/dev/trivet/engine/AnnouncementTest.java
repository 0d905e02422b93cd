package dev.trivet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
    @Test
    void whatIsFormattedIsParsed() {
        var said = new Wakeups();
        UUID runner = UUID.randomUUID();
        said.lane(7);
        said.lane(12);
        said.runner(runner);
        said.events();
        Announcement heard =
                Announcement.parse(Announcement.format("server-1", said, 7900)).orElseThrow();
        assertThat(heard.sender()).isEqualTo("server-1");
        assertThat(heard.wakeups().lanes()).containsExactlyInAnyOrder(7L, 12L);
        assertThat(heard.wakeups().runners()).containsExactly(runner);
        assertThat(heard.wakeups().hasEvents()).isTrue();
    }

    @Test
    void aLongOneIsCutAtAWordAndAForeignOneIsIgnored() {
        var said = new Wakeups();
        for (long lane = 0; lane < 5000; lane++) {
            said.lane(lane);
        }
        String text = Announcement.format("s", said, 100);
        assertThat(text).hasSizeLessThanOrEqualTo(100);
        assertThat(Announcement.parse(text)).isPresent();
        assertThat(Announcement.parse("somebody x9")).isEmpty();
        assertThat(Announcement.parse("somebody  e")).isEmpty();
        assertThat(Announcement.parse("somebody rnone")).isEmpty();
    }
}
