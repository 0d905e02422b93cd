package dev.trivet.circus.notify;

import dev.trivet.core.json.Json;
import dev.trivet.notify.mail.MailMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * That too many builds fail, or do not any more.
 *
 * @param raised false when it is over
 * @param threshold in percent
 */
record AlertEvent(boolean raised, long failed, long total, double threshold, long windowMinutes) {
    double rate() {
        return total == 0 ? 0 : 100.0 * failed / total;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("raised", raised);
        json.put("error_rate", Math.round(rate() * 10) / 10.0);
        json.put("error_threshold", threshold);
        json.put("failed", failed);
        json.put("total", total);
        json.put("time_window_minutes", windowMinutes);
        return json;
    }

    static AlertEvent of(JsonNode json) {
        return new AlertEvent(
                json.path("raised").asBoolean(true),
                json.path("failed").asLong(0),
                json.path("total").asLong(0),
                json.path("error_threshold").asDouble(0),
                json.path("time_window_minutes").asLong(0));
    }

    String text() {
        return String.format(
                Locale.ROOT,
                raised
                        ? "CI: %.1f %% of builds failed (%d of %d within %d minutes; the threshold is %.1f %%)"
                        : "CI: the builds are well again: %.1f %% failed (%d of %d within %d minutes; the threshold is %.1f %%)",
                rate(),
                failed,
                total,
                windowMinutes,
                threshold);
    }

    String body() {
        return Json.write(Map.of("alert", json()));
    }

    MailMessage email(Target.Email target, String to, UUID id) {
        return new MailMessage(
                target.from(),
                List.of(to),
                List.of(),
                "[circus] " + (raised ? "ALERT - too many builds fail" : "OK - builds are well again"),
                text() + "\n",
                id.toString(),
                Optional.empty());
    }
}
