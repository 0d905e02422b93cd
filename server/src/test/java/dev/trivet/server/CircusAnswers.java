package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import tools.jackson.databind.JsonNode;

/** What is expected of answers of the Circus API. */
final class CircusAnswers {
    private CircusAnswers() {}

    /** 200; its JSON. */
    static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    /** That status and code, and a text. */
    static void refused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().get("error").asString()).isNotBlank();
    }
}
