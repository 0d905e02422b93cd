package dev.trivet.cli.pipeline;

import dev.trivet.cli.output.Amounts;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import tools.jackson.databind.JsonNode;

/** How long a job or build took. */
final class Took {
    private Took() {}

    /** Between its start and its end, in words; empty if it has not both. */
    static String of(JsonNode json) {
        try {
            Instant start = Instant.parse(json.path("started_at").asString(""));
            Instant end = Instant.parse(json.path("finished_at").asString(""));
            return Amounts.duration(Duration.between(start, end));
        } catch (DateTimeParseException unknown) {
            return "";
        }
    }
}
