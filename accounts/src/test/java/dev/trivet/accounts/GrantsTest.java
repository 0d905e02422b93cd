package dev.trivet.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrantsTest {
    @ParameterizedTest
    @CsvSource({
        "srht/jobs:read, srht/jobs:read, true",
        "srht/jobs:write, srht/jobs:read, true",
        "srht/jobs:write, srht/jobs:write, true",
        "srht/jobs:read, srht/jobs:write, false",
        "srht/logs:write, srht/jobs:read, false",
        "circus/jobs:write, srht/jobs:read, false",
        "srht/*:read, srht/jobs:read, true",
        "srht/*:read, srht/jobs:write, false",
        "srht/*:write, srht/jobs:write, true",
        "'srht/logs:read srht/jobs:write', srht/jobs:write, true",
        "'srht/logs:read, srht/jobs:write', srht/jobs:write, true",
        "*, harmont/builds:write, true",
        "'', srht/jobs:read, false",
    })
    void allows(String held, String needed, boolean allowed) {
        assertThat(Grants.parse(held).allows(Grant.parse(needed))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "", "srht/jobs:read", "circus/*:write srht/jobs:read srht/jobs:write"})
    void printsWhatItReads(String text) {
        assertThat(Grants.parse(text)).hasToString(text).isEqualTo(Grants.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "srht",
                "srht/jobs",
                "srht/jobs:rw",
                "SRHT/jobs:read",
                "srht/:read",
                "/jobs:read",
                "srht/jo bs:read",
                "srht/jobs:read:write",
                "*/jobs:read",
                "srht/jobs/x:read"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Grants.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dialect/scope:read");
    }

    @Test
    void knowsWhatItCovers() {
        Grants some = Grants.parse("srht/*:write");
        assertThat(Grants.ALL.covers(some)).isTrue();
        assertThat(Grants.ALL.covers(Grants.ALL)).isTrue();
        assertThat(some.covers(Grants.ALL)).isFalse();
        assertThat(some.covers(Grants.parse("srht/jobs:read srht/logs:write"))).isTrue();
        assertThat(some.covers(Grants.parse("srht/jobs:read circus/jobs:read"))).isFalse();
        assertThat(some.covers(Grants.NONE)).isTrue();
    }

    @Test
    void isBounded() {
        String many = "srht/jobs:read ".repeat(201);
        assertThatThrownBy(() -> Grants.parse(many)).hasMessageContaining("at most 200");
    }
}
