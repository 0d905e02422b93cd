package dev.trivet.harmont.vcs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import dev.trivet.harmont.vcs.WebhookEvent.Head;
import dev.trivet.harmont.vcs.WebhookEvent.PullRequest;
import dev.trivet.harmont.vcs.WebhookEvent.Push;
import dev.trivet.harmont.vcs.WebhookEvent.RefKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec sections 3.7 and 6.2: which event starts a build. */
class TriggersTest {
    private static final Repository REPOSITORY =
            new Repository("o/r", "https://host/o/r.git", null, null, "main", false);
    private static final String COMMIT = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

    private static Push push(RefKind kind, String name) {
        return new Push(REPOSITORY, kind, name, COMMIT, null, null, null);
    }

    private static PullRequest request(PullRequestAction action, String target) {
        return new PullRequest(
                REPOSITORY, action, 1, "title", "me", new Head(COMMIT, "topic", null, null), true, target, null);
    }

    private static Triggers triggers(String json) {
        return Triggers.read(Json.MAPPER.readTree(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "type"})
    void pushes(String member) {
        Triggers triggers = triggers("""
                [{"%1$s": "push", "branches": ["main", "release/*"]}, {"%1$s": "push", "tags": ["v*"]}]
                """.formatted(member));
        assertThat(triggers.match(push(RefKind.BRANCH, "main"))).isTrue();
        assertThat(triggers.match(push(RefKind.BRANCH, "release/1/x"))).isTrue();
        assertThat(triggers.match(push(RefKind.BRANCH, "v1"))).isFalse();
        assertThat(triggers.match(push(RefKind.TAG, "v1"))).isTrue();
        assertThat(triggers.match(push(RefKind.TAG, "main"))).isFalse();
        assertThat(triggers.match(request(PullRequestAction.OPENED, "main"))).isFalse();
        assertThat(triggers.match(new WebhookEvent.Ping())).isFalse();
        assertThat(triggers.problems()).isEmpty();
    }

    @Test
    void theTypeCountsBeforeTheEvent() {
        Triggers triggers = triggers("[{\"type\": \"push\", \"event\": \"pull_request\", \"branches\": [\"*\"]}]");
        assertThat(triggers.match(push(RefKind.BRANCH, "x"))).isTrue();
    }

    @Test
    void aMissingListMatchesNothing() {
        Triggers triggers =
                triggers("[{\"event\": \"push\"}, {\"event\": \"push\", \"branches\": [], \"tags\": null}]");
        assertThat(triggers.match(push(RefKind.BRANCH, "main"))).isFalse();
        assertThat(triggers.match(push(RefKind.TAG, "v1"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "OPENED, main, true",
        "SYNCHRONIZE, release/1, true",
        "SYNCHRONIZE, other, false",
        "REOPENED, main, false",
        "READY_FOR_REVIEW, main, false",
        "CLOSED, main, true",
        "MERGED, main, true"
    })
    void pullRequests(PullRequestAction action, String target, boolean matches) {
        Triggers triggers = triggers("""
                [{"event": "pull_request", "types": ["opened", "synchronize", "closed"], "branches": ["main", "release/*"]}]
                """);
        assertThat(triggers.match(request(action, target))).isEqualTo(matches);
        assertThat(triggers.match(push(RefKind.BRANCH, target))).isFalse();
    }

    @Test
    void pullRequestsNeedTypesAndMayHaveBranches() {
        for (String branches : new String[] {"", ", \"branches\": []", ", \"branches\": null"}) {
            assertThat(triggers("[{\"event\": \"pull_request\", \"types\": [\"opened\"]" + branches + "}]")
                            .match(request(PullRequestAction.OPENED, "anything")))
                    .isTrue();
            assertThat(triggers("[{\"event\": \"pull_request\"" + branches + "}]")
                            .match(request(PullRequestAction.OPENED, "anything")))
                    .isFalse();
        }
        assertThat(triggers("[{\"event\": \"pull_request\", \"types\": [\"closed\"]}]")
                        .match(request(PullRequestAction.OPENED, "main")))
                .isFalse();
        assertThat(triggers("[{\"event\": \"pull_request\", \"types\": [\"merged\"]}]")
                        .match(request(PullRequestAction.CLOSED, "main")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "7",
                "[7]",
                "[null]",
                "[[]]",
                "[{\"event\": \"tag\"}]",
                "[{\"event\": 7}]",
                "[{\"branches\": [\"*\"]}]",
                "[{\"event\": \"push\", \"branches\": \"*\"}]",
                "[{\"event\": \"push\", \"branches\": [7]}]",
                "[{\"event\": \"schedule\", \"cron\": \"* * * * *\"}]"
            })
    void whatIsNotUnderstoodNeverMatchesAndSaysWhy(String json) {
        Triggers triggers = triggers(json);
        assertThat(triggers.match(push(RefKind.BRANCH, "main"))).isFalse();
        assertThat(triggers.problems()).hasSize(1);
    }

    @Test
    void listsAreBounded() {
        String one = "{\"event\": \"push\", \"branches\": [\"x\"]}";
        Triggers triggers = triggers("[" + (one + ",").repeat(500) + one + "]");
        assertThat(triggers.rules()).hasSize(Triggers.MOST + 1);
        assertThat(triggers.problems()).singleElement().asString().contains("501");
        assertThat(triggers("[]").rules()).isEmpty();
        assertThat(triggers("null").problems()).isEmpty();
        assertThat(triggers("[{\"event\": \"push\", \"branches\": [\"" + "x".repeat(2000) + "\"]}]")
                        .problems())
                .hasSize(1);
    }
}
