package dev.trivet.circus.channel;

import dev.trivet.circus.Actor;
import dev.trivet.circus.Audit;
import dev.trivet.circus.AuditAction;
import dev.trivet.circus.CircusErrors;
import dev.trivet.circus.CircusPart;
import dev.trivet.circus.Duplicates;
import dev.trivet.circus.Ids;
import dev.trivet.circus.JsonFields;
import dev.trivet.circus.Promotions;
import dev.trivet.circus.Rights;
import dev.trivet.circus.Validation;
import dev.trivet.circus.Window;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Channels below {@code /api/v1}: making and removing them, and what they show (spec section 2.8). */
final class ChannelRoutes {
    private static final String ALL = "/api/v1/channels";
    private static final String ONE = ALL + "/{id}";
    private static final String KIND = "channel";

    private final Database database;
    private final ChannelStore channels;
    private final ChannelFileRoutes files;
    private final Shows shows;
    private final Rights rights;
    private final Audit audit;
    private final InstantSource clock;
    private final Runnable promoted;

    /** @param promoted is called when a channel shows something else */
    ChannelRoutes(CircusPart.Ground ground, ChannelStore channels, ChannelFileRoutes files, Runnable promoted) {
        this.database = ground.database();
        this.channels = Objects.requireNonNull(channels, "channels is null");
        this.files = Objects.requireNonNull(files, "files is null");
        this.rights = ground.rights();
        this.audit = ground.audit();
        this.clock = ground.clock();
        this.promoted = Objects.requireNonNull(promoted, "promoted is null");
        this.shows = new Shows(database, audit, clock);
    }

    List<Route> routes() {
        return List.of(
                Route.get(ALL, Access.PUBLIC_LENIENT, request -> Response.json(channels.list(null)))
                        .describedAs(Description.of("List channels").in("channels")),
                Route.post(ALL, rights.admin(), this::create)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Create a channel")
                                .in("channels")
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.get(
                                ONE,
                                Access.PUBLIC_LENIENT,
                                request -> Response.json(
                                        channels.find(Ids.of(request, "id")).orElseThrow(ChannelRoutes::notFound)))
                        .describedAs(
                                Description.of("Get a channel").in("channels").failing(400, 404)),
                Route.delete(ONE, rights.admin(), this::delete)
                        .describedAs(Description.of("Delete a channel")
                                .in("channels")
                                .answering(204)
                                .failing(400, 401, 403, 404)),
                Route.post(ALL + "/{channel_id}/promote/{eval_id}", rights.admin(), this::promote)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Promote an evaluation to a channel")
                                .in("channels")
                                .asking("force")
                                .failing(400, 401, 403, 404, 409)),
                Route.get(ONE + "/history", Access.PUBLIC_LENIENT, this::history)
                        .describedAs(Description.of("List what a channel has shown, newest first")
                                .in("channels")
                                .asking("limit", "offset")
                                .failing(400, 404)),
                Route.post(ONE + "/rollback", rights.admin(), this::rollback)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Let a channel show what it has shown before")
                                .in("channels")
                                .asking("force")
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.get(ONE + "/nixexprs.tar.xz", Access.PUBLIC_LENIENT, this::expressions)
                        .describedAs(Description.of("Download channel nixexprs tarball")
                                .in("channels")
                                .sending("application/x-xz")
                                .failing(400, 404)),
                Route.get(
                                "/api/v1/projects/{project_id}/channels",
                                Access.PUBLIC_LENIENT,
                                request -> Response.json(channels.list(Ids.of(request, "project_id"))))
                        .describedAs(Description.of("List channels for a project")
                                .in("projects")
                                .failing(400)));
    }

    private Response create(Request request) throws IOException {
        JsonFields fields = JsonFields.of(request);
        UUID project = Ids.parse("project_id", fields.text("project_id"));
        String name = Validation.name("name", fields.text("name"));
        UUID jobset = Ids.parse("jobset_id", fields.text("jobset_id"));
        Actor actor = audit.actor(request);
        UUID made = Duplicates.refused(
                "the project has a channel named '" + name + "' already; choose another name",
                () -> database.write(handle -> {
                    UUID id = ChannelStore.insert(handle, project, name, jobset)
                            .orElseThrow(() -> notTogether(handle, project, jobset));
                    new Promotions(handle).catchUp(id, clock.instant());
                    audit.record(handle, actor, AuditAction.CHANNEL_CREATE, KIND, id, Map.of("name", name));
                    return id;
                }));
        promoted.run();
        return Response.json(channels.find(made).orElseThrow(ChannelRoutes::notFound));
    }

    private static HttpException notTogether(Handle handle, UUID project, UUID jobset) {
        if (!isThere(handle, "projects", project)) {
            return CircusErrors.notFound("project");
        }
        return isThere(handle, "jobsets", jobset)
                ? CircusErrors.invalid(
                        "jobset_id", "is a jobset of another project; a channel shows one of its own project's")
                : CircusErrors.notFound("jobset");
    }

    private static boolean isThere(Handle handle, String table, UUID id) {
        return handle.createQuery("select exists (select 1 from circus." + table + " where id = :id)")
                .bind("id", id)
                .mapTo(Boolean.class)
                .one();
    }

    private Response delete(Request request) {
        UUID id = Ids.of(request, "id");
        Actor actor = audit.actor(request);
        boolean _ = database.write(handle -> {
            String name = ChannelStore.delete(handle, id).orElseThrow(ChannelRoutes::notFound);
            audit.record(handle, actor, AuditAction.CHANNEL_DELETE, KIND, id, Map.of("name", name));
            return true;
        });
        return Response.empty(204);
    }

    private Response promote(Request request) {
        UUID channel = Ids.of(request, "channel_id");
        UUID evaluation = Ids.of(request, "eval_id");
        boolean force = request.query().bool("force").orElse(false);
        shows.promote(channel, evaluation, force, audit.actor(request));
        promoted.run();
        return Response.json(channels.find(channel).orElseThrow(ChannelRoutes::notFound));
    }

    private Response history(Request request) {
        UUID id = Ids.of(request, "id");
        Window window = Window.of(request);
        var _ = channels.find(id).orElseThrow(ChannelRoutes::notFound);
        return Response.json(window.page(channels.history(id, window), channels.historySize(id)));
    }

    private Response rollback(Request request) throws IOException {
        UUID id = Ids.of(request, "id");
        boolean bodyless = request.header("Content-Type").isEmpty();
        String named = bodyless ? null : JsonFields.of(request).textOrNull("evaluation_id");
        UUID evaluation = named == null ? null : Ids.parse("evaluation_id", named);
        boolean force = request.query().bool("force").orElse(false);
        String said = shows.rollback(id, evaluation, force, audit.actor(request));
        promoted.run();
        var channel = channels.find(id).orElseThrow(ChannelRoutes::notFound);
        channel.put("message", said);
        return Response.json(channel);
    }

    private Response expressions(Request request) throws IOException {
        UUID id = Ids.of(request, "id");
        var _ = channels.find(id).orElseThrow(ChannelRoutes::notFound);
        Promotion shown = channels.shown(id).orElseThrow(ChannelFileRoutes::empty);
        return files.download(request, shown, ChannelFile.NIXEXPRS, false);
    }

    static HttpException notFound() {
        return CircusErrors.notFound("channel");
    }
}
