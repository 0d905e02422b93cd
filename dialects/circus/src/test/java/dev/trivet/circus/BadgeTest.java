package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;

class BadgeTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            succeeded, passing, #4c1
            failed, failing, #e05d44
            running, building, #dfb317
            pending, queued, #dfb317
            cancelled, cancelled, #9f9f9f
            aborted, aborted, #9f9f9f
            unsupported_system, unsupported, #9f9f9f
            dependency_failed, dep failed, #e05d44
            failed_with_output, failed output, #e05d44
            timeout, timeout, #e05d44
            cached_failure, cached fail, #e05d44
            log_limit_exceeded, log limit, #e05d44
            nar_size_limit_exceeded, nar limit, #e05d44
            non_deterministic, non-det, #e05d44
            """)
    void everyStatusHasItsWordAndColour(String status, String word, String color) {
        assertThat(Badge.of(status)).isEqualTo(new Badge(word, color));
    }

    @Test
    void eachHalfIsAsWideAsItsWord() throws Exception {
        Element svg = parsed(Badge.of("succeeded"));
        assertThat(svg.getAttribute("width")).isEqualTo(Integer.toString(7 * 5 + 10 + 7 * 7 + 10));
        assertThat(svg.getAttribute("height")).isEqualTo("20");
    }

    @Test
    void textsAreEscaped() throws Exception {
        Element svg = parsed(new Badge("<a & \"b\">", "#000"));
        assertThat(svg.getElementsByTagName("text").item(1).getTextContent()).isEqualTo("<a & \"b\">");
    }

    @Test
    void labelsAreEscaped() {
        assertThat(Exposition.escaped("a\\b\"c\nd")).isEqualTo("a\\\\b\\\"c\\nd");
    }

    private static Element parsed(Badge badge) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(badge.svg().getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
    }
}
