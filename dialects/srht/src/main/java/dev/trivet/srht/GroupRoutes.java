package dev.trivet.srht;

import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.srht.manifest.Trigger;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Job groups over REST (spec section 3.2). Only the owner sees a group; to others it answers 404 with an empty object. */
final class GroupRoutes {
    private final SrhtJobs actions;
    private final GroupStore groups;
    private final SrhtViews views;

    GroupRoutes(SrhtJobs actions, GroupStore groups, SrhtViews views) {
        this.actions = Objects.requireNonNull(actions, "actions is null");
        this.groups = Objects.requireNonNull(groups, "groups is null");
        this.views = Objects.requireNonNull(views, "views is null");
    }

    List<Route> routes() {
        return List.of(
                Route.post("/api/job-group", SrhtRoutes.writing(), this::create).describedAs("Group pending jobs"),
                Route.get("/api/job-group/{id}", SrhtRoutes.reading(), request -> with(request, group -> {}))
                        .describedAs("Show a job group"),
                Route.post(
                                "/api/job-group/{id}/start",
                                SrhtRoutes.writing(),
                                request -> with(request, actions::startGroup))
                        .describedAs("Queue the pending jobs of a group"),
                Route.post(
                                "/api/job-group/{id}/cancel",
                                SrhtRoutes.writing(),
                                request -> with(request, actions::cancelGroup))
                        .describedAs("Cancel the jobs of a group"));
    }

    private Response create(Request request) throws IOException {
        Validation valid = Validation.of(request);
        List<Integer> jobIds = valid.requiredInts("jobs");
        @Nullable String note = SubmissionForm.note(valid);
        boolean execute = valid.bool("execute").orElse(false);
        List<Trigger> triggers = SubmissionForm.triggers(valid);
        if (jobIds.isEmpty()) {
            valid.problem("jobs", "jobs should name at least one job");
        }
        valid.check();
        try {
            return answer(actions.createGroup(Owner.of(request.requirePrincipal()), jobIds, note, triggers, execute));
        } catch (GroupRefusedException e) {
            throw HttpException.field("jobs", String.valueOf(e.getMessage()));
        }
    }

    private Response with(Request request, Action action) {
        Optional<JobGroup> group = own(request);
        if (group.isEmpty()) {
            return Response.json(404, Map.of());
        }
        action.on(group.get());
        return answer(group.get());
    }

    private Optional<JobGroup> own(Request request) {
        String id = request.parameter("id");
        return id.matches("[0-9]{1,10}")
                ? groups.find(Long.parseLong(id))
                        .filter(group ->
                                group.owner().id() == request.requirePrincipal().userId())
                : Optional.empty();
    }

    private Response answer(JobGroup group) {
        return Response.json(views.group(group, groups.members(group)));
    }

    /** Something done with a group. */
    @FunctionalInterface
    private interface Action {
        void on(JobGroup group);
    }
}
