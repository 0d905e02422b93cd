package dev.trivet.circus;

import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The server's configuration file, for administrators (spec section 2.10). What is changed counts from the next start on. */
final class ConfigRoutes {
    private static final String CONFIG = "/api/v1/admin/config";

    private final ConfigFile file;
    private final Rights rights;
    private final Audit audit;

    ConfigRoutes(ConfigFile file, Rights rights, Audit audit) {
        this.file = Objects.requireNonNull(file, "file is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get(CONFIG, rights.admin(), request -> Response.json(file.shown()))
                        .describedAs(Description.of("Read the server config file")
                                .in("admin")
                                .failing(401, 403)),
                Route.put(CONFIG, rights.admin(), this::replace)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Replace the server config file")
                                .in("admin")
                                .failing(400, 401, 403, 413, 415, 422)));
    }

    private Response replace(Request request) throws IOException {
        String contents = JsonFields.of(request).text("contents");
        Actor actor = audit.actor(request);
        // The note comes first: a change that nobody wrote down would be worse than a note of one that the disk
        // refused.
        file.replace(
                contents,
                (path, bytes) ->
                        audit.record(actor, AuditAction.CONFIG_UPDATE, "config", path, Map.of("bytes", bytes)));
        return Response.json(file.shown());
    }
}
