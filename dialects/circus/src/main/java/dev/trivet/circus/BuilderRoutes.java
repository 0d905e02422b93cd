package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Builders over SSH (spec section 2.10). */
final class BuilderRoutes {
    private final BuilderStore builders;
    private final Rights rights;
    private final Audit audit;

    BuilderRoutes(Database database, Rights rights, Audit audit) {
        this.builders = new BuilderStore(database);
        this.rights = Objects.requireNonNull(rights, "rights is null");
        this.audit = Objects.requireNonNull(audit, "audit is null");
    }

    List<Route> routes() {
        String all = "/api/v1/admin/builders";
        String one = "/api/v1/admin/builders/{id}";
        return List.of(
                Route.get(
                                all,
                                Access.PUBLIC_LENIENT,
                                request -> Response.json(builders.list().stream()
                                        .map(BuilderRoutes::view)
                                        .toList()))
                        .describedAs(Description.of("List remote builders").in("admin")),
                Route.post(all, rights.admin(), this::create)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Register a builder")
                                .in("admin")
                                .failing(400, 401, 403, 409, 413, 415, 422)),
                Route.get(one, Access.PUBLIC_LENIENT, this::get)
                        .describedAs(Description.of("Get a builder").in("admin").failing(400, 404)),
                Route.put(one, rights.admin(), this::change)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Update a builder")
                                .in("admin")
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.delete(one, rights.admin(), this::delete)
                        .describedAs(Description.of("Remove a builder")
                                .in("admin")
                                .answering(204)
                                .failing(400, 401, 403, 404)));
    }

    private Response create(Request request) throws IOException {
        BuilderChange change = BuilderChange.readNew(JsonFields.of(request));
        RemoteBuilder builder = builders.insert(change, noting(request, AuditAction.BUILDER_CREATE))
                .orElseThrow(() -> CircusErrors.conflict(
                        "a builder named '" + change.name() + "' exists already; choose another name"));
        return Response.json(view(builder));
    }

    private Response get(Request request) {
        return Response.json(
                view(builders.find(Ids.of(request, "id")).orElseThrow(() -> CircusErrors.notFound("builder"))));
    }

    private Response change(Request request) throws IOException {
        UUID id = Ids.of(request, "id");
        BuilderChange change = BuilderChange.read(JsonFields.of(request));
        RemoteBuilder builder = builders.update(id, change, noting(request, AuditAction.BUILDER_UPDATE))
                .orElseThrow(() -> CircusErrors.notFound("builder"));
        return Response.json(view(builder));
    }

    private Response delete(Request request) {
        UUID id = Ids.of(request, "id");
        if (!builders.delete(id, noting(request, AuditAction.BUILDER_DELETE))) {
            throw CircusErrors.notFound("builder");
        }
        return Response.empty(204);
    }

    private BiConsumer<Handle, RemoteBuilder> noting(Request request, AuditAction action) {
        Actor actor = audit.actor(request);
        return (handle, builder) ->
                audit.record(handle, actor, action, "builder", builder.id(), Map.of("name", builder.name()));
    }

    private static Map<String, @Nullable Object> view(RemoteBuilder builder) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", builder.id());
        json.put("name", builder.name());
        json.put("ssh_uri", builder.sshUri());
        json.put("systems", builder.systems());
        json.put("max_jobs", builder.maxJobs());
        json.put("speed_factor", builder.speedFactor());
        json.put("supported_features", builder.supportedFeatures());
        json.put("mandatory_features", builder.mandatoryFeatures());
        json.put("enabled", builder.enabled());
        json.put("public_host_key", builder.publicHostKey());
        json.put("ssh_key_file", builder.sshKeyFile());
        json.put("consecutive_failures", builder.consecutiveFailures());
        json.put("disabled_until", builder.disabledUntil());
        json.put("last_failure", builder.lastFailure());
        json.put("cpu_cores", builder.cpuCores());
        json.put("created_at", builder.createdAt());
        return json;
    }
}
