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

    private static final Pattern UNREACHABLE = Pattern.compile("(?s)cannot build on '([^']+)': (?:error: )?(.*)");
    private static final Pattern ELSEWHERE =
            Pattern.compile("(?s)build of '(/[^']+\\.drv)' on '[^']+' failed: (?:error: )?(.*)");

    private final BuildListener listener;
    private final RemoteWatch watch;
    private final Map<Long, String> building = new HashMap<>();
    /** What a machine tells of the builds that it does for us, which have been told already. */
    private final Map<Long, String> nested = new HashMap<>();
    /** Where derivations are or were built. */
    private final Map<String, String> machines = new HashMap<>();

    private String spoken = "";
    private boolean unreachable;
    private @Nullable String remoteError;
    private String error = "";
    private String errors = "";
    private @Nullable String culprit;

    BuildMessages(BuildListener listener, RemoteWatch watch) {
        this.listener = Objects.requireNonNull(listener, "listener is null");
        this.watch = Objects.requireNonNull(watch, "watch is null");
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
                spoken = Words.end(Words.plain(text));
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
                if (type == BUILD) {
                    started(
                            id,
                            json.path("fields").path(0).stringValue(""),
                            json.path("fields").path(1).stringValue(""));
                }
            }
            case "result" -> result(id, type, json.path("fields").path(0).stringValue(""));
            case "stop" -> stopped(id);
            case "msg" -> {
                boolean bad = json.path("level").asInt(9) == 0;
                if (bad || json.path("level").asInt(9) == 1) {
                    said(Words.plain(json.path("msg").stringValue("")), bad);
                }
            }
            default -> {}
        }
    }

    private void started(long id, String drv, String machine) {
        if (drv.isEmpty()) {
            return;
        }
        if (machine.isEmpty() && building.containsValue(drv)) {
            nested.put(id, drv);
            watch.begun(drv);
            return;
        }
        building.put(id, drv);
        if (!machine.isEmpty()) {
            machines.put(drv, machine);
        }
        listener.started(drv, machine.isEmpty() ? null : machine);
    }

    private void result(long id, int type, String text) {
        String inner = nested.get(id);
        String drv = inner == null ? building.get(id) : inner;
        if (drv != null && type == LOG_LINE) {
            if (inner != null) {
                watch.heard(inner, text.length() + 1L);
            }
            listener.log(drv, text);
        } else if (drv != null && type == PHASE) {
            listener.phase(drv, text);
        }
    }

    private void stopped(long id) {
        String inner = nested.remove(id);
        if (inner != null) {
            watch.ended(inner);
        }
        String drv = building.remove(id);
        if (drv != null) {
            listener.ended(drv);
        }
    }

    private void said(String text, boolean bad) {
        Matcher refused = UNREACHABLE.matcher(text);
        if (bad && refused.matches()) {
            unreachable = true;
            listener.unreachable(refused.group(1), (spoken + "\n" + refused.group(2)).strip());
            spoken = "";
            return;
        }
        if (bad) {
            Matcher elsewhere = ELSEWHERE.matcher(text);
            if (remoteError == null && elsewhere.find()) {
                culprit = elsewhere.group(1);
                remoteError = Words.end(elsewhere.group(2));
            }
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
        String machine = machines.get(guilty == null ? drvPath : guilty);
        String theirs = remoteError;
        Kind kind;
        String message;
        if (theirs != null && code == 1) {
            kind = FailureKinds.elsewhere(theirs, own);
            message = theirs;
        } else {
            kind = FailureKinds.here(code, errors, own, unreachable);
            message = error.isEmpty() ? "nix-store exited with " + code : error;
            if (kind == Kind.INFRASTRUCTURE && machine != null) {
                message = "the builder " + machine + " was lost: " + errors.strip();
            }
        }
        if (kind == Kind.INFRASTRUCTURE && machine != null) {
            listener.unreachable(machine, message);
        }
        return new Realised.Failed(kind, message, guilty);
    }
}
