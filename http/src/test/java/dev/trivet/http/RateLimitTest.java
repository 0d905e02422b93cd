package dev.trivet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.accounts.Grants;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a group says of all its requests: how many, which cookies, which headers. */
class RateLimitTest {
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void aBurstAndThenTheRate() {
        var limit = new RateLimit(2, 3, nanos::get);
        for (int i = 0; i < 3; i++) {
            assertThat(limit.refuse("a")).isEmpty();
        }
        assertThat(limit.refuse("a"))
                .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(429));
        assertThat(limit.refuse("b")).as("another address").isEmpty();
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(limit.refuse("a")).isEmpty();
        assertThat(limit.refuse("a")).isPresent();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < 3; i++) {
            assertThat(limit.refuse("a")).isEmpty();
        }
        assertThat(limit.refuse("a")).as("no more than the burst after an hour").isPresent();
        assertThatThrownBy(() -> new RateLimit(0, 1, nanos::get)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aGroupHasItsOwnLimitCookiesAndHeaders() {
        ErrorShape shape = (problem, exchange) -> Response.text(problem.status(), problem.reason());
        var limited = new RouteGroup(
                        "/api",
                        shape,
                        Set.of(CredentialKind.SESSION),
                        List.of(Route.get("/api/me", Access.AUTHENTICATED, request -> Response.text("known"))))
                .withCookies(Set.of("other_session"))
                .withHeaders(List.of(new Header("Referrer-Policy", "no-referrer")))
                .behind(new RateLimit(1, 3, nanos::get));
        var others = new RouteGroup("/", shape, Set.of(CredentialKind.SESSION), List.of());
        var identities = new TestIdentities().with("alice", false, Grants.ALL);
        try (LiveServer live = LiveServer.of(new Routes(List.of(limited, others)), identities)) {
            var known = live.get("/api/me", "Cookie", "trivet_session=gone; other_session=alice");
            assertThat(known.statusCode()).isEqualTo(200);
            assertThat(known.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
            var unknown = live.get("/api/me", "Cookie", "another=alice");
            assertThat(unknown.statusCode()).isEqualTo(401);
            assertThat(unknown.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
            assertThat(live.get("/api/nothing").statusCode()).isEqualTo(404);
            assertThat(live.get("/api/me").statusCode()).isEqualTo(429);
            assertThat(live.get("/api/%6de").statusCode()).isEqualTo(429);
            assertThat(live.get("/elsewhere").statusCode()).isEqualTo(404);
        }
    }
}
