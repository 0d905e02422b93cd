package dev.trivet.nix;

import dev.trivet.core.json.Json;
import dev.trivet.nix.Realised.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads what Nix tells while it builds: {@code --log-format internal-json}, and whatever else stands between. For one build. */
final class BuildMessages {
    private static final String MARK = "@nix ";
    private static final int LONGEST_LINE = 1 << 20;
    private static final int BUILD = 105;
    private static final int LOG_LINE = 101;
    private static final int PHASE = 104;
    private static final Pattern CULPRIT = Pattern.compile("(?:builder for|hash mismatch in fixed-output derivation|"
            + "derivation|building of) '(/[^']+\\.drv)(?:[!^][^']*)?'");

    private static final Pattern LOG_LIMIT = Pattern.compile("killed after writing more than \\d+ bytes of log output");
    private static final Pattern SILENCE = Pattern.compile("timed out after \\d+ seconds of silence");

    private final BuildListener listener;
    private final Map<Long, String> building = new HashMap<>();
    private String error = "";
    private String errors = "";
    private @Nullable String culprit;

    BuildMessages(BuildListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener is null");
    }

    /** Until the stream's end. */
    void read(InputStream stream) throws IOException {
        try (var lines = new BoundedLines(stream, LONGEST_LINE)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                line(line);
            }
        }
    }

    private void line(String text) {
        if (!text.startsWith(MARK)) {
            if (!text.isBlank()) {
                said(Words.plain(text), text.startsWith("error:"));
            }
            return;
        }
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(text.substring(MARK.length()));
        } catch (JacksonException cut) {
            return;
        }
        long id = json.path("id").asLong(0);
        int type = json.path("type").asInt(0);
        switch (json.path("action").stringValue("")) {
            case "start" -> {
                String drv = json.path("fields").path(0).stringValue("");
                if (type == BUILD && !drv.isEmpty()) {
                    String machine = json.path("fields").path(1).stringValue("");
                    building.put(id, drv);
                    listener.started(drv, machine.isEmpty() ? null : machine);
                }
            }
            case "result" -> {
                String drv = building.get(id);
                if (drv != null && type == LOG_LINE) {
                    listener.log(drv, json.path("fields").path(0).stringValue(""));
                } else if (drv != null && type == PHASE) {
                    listener.phase(drv, json.path("fields").path(0).stringValue(""));
                }
            }
            case "stop" -> {
                String drv = building.remove(id);
                if (drv != null) {
                    listener.ended(drv);
                }
            }
            case "msg" -> {
                boolean bad = json.path("level").asInt(9) == 0;
                if (bad || json.path("level").asInt(9) == 1) {
                    said(Words.plain(json.path("msg").stringValue("")), bad);
                }
            }
            default -> {}
        }
    }

    private void said(String text, boolean bad) {
        if (bad) {
            error = Words.end(text.replaceFirst("^error: ?", ""));
            errors = Words.end(errors + "\n" + error);
            Matcher named = CULPRIT.matcher(text);
            if (culprit == null && named.find()) {
                culprit = named.group(1);
            }
        }
        if (!text.contains("--add-root")) {
            listener.message(text);
        }
    }

    /** What an exit code other than 0 means, with what was said. */
    Realised.Failed failure(int code, String drvPath) {
        String guilty = culprit;
        boolean own = guilty == null || guilty.equals(drvPath);
        Kind kind = kind(code, own);
        return new Realised.Failed(kind, error.isEmpty() ? "nix-store exited with " + code : error, guilty);
    }

    private Kind kind(int code, boolean own) {
        if (LOG_LIMIT.matcher(errors).find()) {
            return own ? Kind.LOG_LIMIT : Kind.DEPENDENCY_FAILED;
        }
        if (code == 101 && SILENCE.matcher(errors).find()) {
            return own ? Kind.SILENT : Kind.DEPENDENCY_FAILED;
        }
        return switch (code) {
            case 100 -> own ? Kind.BUILD_FAILED : Kind.DEPENDENCY_FAILED;
            case 101 -> own ? Kind.TIMED_OUT : Kind.DEPENDENCY_FAILED;
            case 102 -> own ? Kind.HASH_MISMATCH : Kind.DEPENDENCY_FAILED;
            case 104 -> Kind.NOT_DETERMINISTIC;
            default -> other(own);
        };
    }

    private Kind other(boolean own) {
        if (errors.contains("is required to build") || errors.contains("required system or feature")) {
            return Kind.UNSUPPORTED;
        }
        if (errors.contains("failed to produce output path") || errors.contains("is not allowed to refer")) {
            return own ? Kind.OUTPUT_REJECTED : Kind.DEPENDENCY_FAILED;
        }
        return Kind.INFRASTRUCTURE;
    }
}
