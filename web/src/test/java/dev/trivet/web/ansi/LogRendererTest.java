package dev.trivet.web.ansi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.web.ansi.LogRenderer.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogRendererTest {
    private static final String LOG =
            "plain\n\u001b[1;31mred\ngoes on\u001b[0m\r\n1%\r\u001b[32m2%\r3%\nüber 漢字\n\nlast";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ESC[1mx | <span class="sb">x</span>
            ESC[31mx | <span class="f1">x</span>
            ESC[91;104mx | <span class="f9 g12">x</span>
            ESC[38;5;208mx | <span class="f208">x</span>
            ESC[38;2;255;0;0mx | <span class="f196" data-f="ff0000">x</span>
            ESC[38:2::255:0:0mx | <span class="f196" data-f="ff0000">x</span>
            ESC[48;5;22mxESC[mx | <span class="g22">x</span>x
            ESC[4mxESC[24mx | <span class="su">x</span>x
            ESC[4:3mxESC[4:0mx | <span class="su">x</span>x
            ESC[7;31mx | <span class="sv g1">x</span>
            ESC[38;5mx | x
            ESC[38;5;999mx | x
            ESC[99999999999mx | x
            ESC[2JESC[10;10HESC[?25lx | x
            ESC]0;titleBELx | x
            ESC]8;;http://evil/ESC\\x | x
            ESC(Bx | x
            ESC[31 | ''
            <script>alert(1)</script> | &lt;script&gt;alert(1)&lt;/script&gt;
            ESC[31"><img src=x onerror=y>mx | mg src=x onerror=y&gt;mx
            """)
    void terminalOutputBecomesHarmlessHtml(String input, String html) {
        String text = input.replace("ESC", "\u001b").replace("BEL", "\u0007");
        assertThat(render(text))
                .isEqualTo(
                        "<div class=\"l\" id=\"setup-0\"><a href=\"#setup-0\">1</a><span>" + html + "</span></div>\n");
    }

    @Test
    void noMarkupComesFromInput() {
        for (int c = 0; c < 0x300; c++) {
            String line = render("\u001b[" + (char) c + "<x>\u001b" + (char) c + "<y>" + (char) c + "<z>");
            assertThat(line).doesNotContain("<x", "<y", "<z").doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f]");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 64})
    void piecesOfAnySizeGiveTheSame(int size) {
        byte[] bytes = LOG.getBytes(StandardCharsets.UTF_8);
        LogRenderer renderer = new LogRenderer("setup", Position.START);
        for (int at = 0; at < bytes.length; at += size) {
            byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size));
            renderer.feed(piece, piece.length);
        }
        assertThat(renderer.take()).isEqualTo(render(LOG));
    }

    /** A page that is cut off anywhere: what it has, with lines replaced from the position on, is what there is. */
    @Test
    void itGoesOnFromAnyPosition() {
        byte[] bytes = LOG.getBytes(StandardCharsets.UTF_8);
        String whole = render(LOG);
        for (int cut = 0; cut <= bytes.length; cut++) {
            LogRenderer before = new LogRenderer("setup", Position.START);
            before.feed(bytes, cut);
            String shown = before.take();
            Position position = before.position();
            Position parsed = new Position(
                    position.offset(),
                    position.line(),
                    Style.PLAIN.after(position.style().code()));
            LogRenderer after = new LogRenderer("setup", parsed);
            byte[] rest = Arrays.copyOfRange(bytes, (int) parsed.offset(), bytes.length);
            after.feed(rest, rest.length);
            int kept = shown.indexOf("<div class=\"l\" id=\"setup-" + position.line() + "\"");
            assertThat((kept < 0 ? shown : shown.substring(0, kept)) + after.take())
                    .as("cut at " + cut)
                    .isEqualTo(whole);
        }
    }

    @Test
    void aLineOfAnyLengthStaysBounded() {
        LogRenderer renderer = new LogRenderer("setup", Position.START);
        byte[] piece = "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 20; i++) {
            renderer.feed(piece, piece.length);
        }
        renderer.feed("\nnext\n".getBytes(StandardCharsets.US_ASCII), 6);
        assertThat(renderer.take())
                .hasSizeLessThan(LogRenderer.MAX_LINE_BYTES + 500)
                .contains("the line goes on in the full log", "<span>next</span>");
    }

    @Test
    void aStyleSurvivesItsCode() {
        for (String code : new String[] {"", "1", "2;3;4;7;9", "1;38;5;4", "38;2;1;2;3;48;5;255", "91;107"}) {
            Style style = Style.PLAIN.after(code);
            assertThat(Style.PLAIN.after(style.code())).isEqualTo(style);
            assertThat(style.code()).hasSizeLessThan(60).matches("[0-9;]*");
        }
    }

    private static String render(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        LogRenderer renderer = new LogRenderer("setup", Position.START);
        renderer.feed(bytes, bytes.length);
        return renderer.take();
    }
}
