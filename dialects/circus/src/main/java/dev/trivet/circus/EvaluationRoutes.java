package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Evaluations (spec section 2.5). */
final class EvaluationRoutes {
    private static final String ALL = "/api/v1/evaluations";
    private static final String ONE = ALL + "/{id}";

    private final EvaluationStore evaluations;
    private final JobsetStore jobsets;
    private final Comparison comparison;
    private final Rights rights;
    private final Runnable waker;

    /** @param waker is called when there is something to evaluate */
    EvaluationRoutes(Database database, Rights rights, Runnable waker) {
        this.evaluations = new EvaluationStore(database);
        this.jobsets = new JobsetStore(database);
        this.comparison = new Comparison(database);
        this.rights = Objects.requireNonNull(rights, "rights is null");
        this.waker = Objects.requireNonNull(waker, "waker is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get(ALL, Access.PUBLIC_LENIENT, this::list)
                        .describedAs(Description.of("List evaluations")
                                .in("evaluations")
                                .asking("jobset_id", "status", "limit", "offset")
                                .failing(400)),
                Route.post(ALL + "/trigger", rights.having(Role.EVAL_JOBSET), this::trigger)
                        .withBodyLimit(JsonFields.BODY_LIMIT)
                        .describedAs(Description.of("Trigger an evaluation")
                                .in("evaluations")
                                .answering(202)
                                .failing(400, 401, 403, 404, 409, 413, 415, 422)),
                Route.get(ONE, Access.PUBLIC_LENIENT, this::get)
                        .describedAs(Description.of("Get an evaluation")
                                .in("evaluations")
                                .failing(400, 404)),
                Route.get(ONE + "/errors", Access.PUBLIC_LENIENT, this::errors)
                        .describedAs(Description.of("List what an evaluation could not evaluate, by job")
                                .in("evaluations")
                                .failing(400, 404)),
                Route.get(ONE + "/compare", Access.PUBLIC_LENIENT, this::compare)
                        .describedAs(Description.of("Compare an evaluation against another")
                                .in("evaluations")
                                .asking("to")
                                .failing(400, 404)));
    }

    private Response list(Request request) {
        Filters filters = new Filters()
                .id(request.query(), "jobset_id", "e.jobset_id = :jobset_id")
                .text(request.query(), "status", "e.status = :status");
        Window window = Window.of(request);
        return Response.json(window.page(evaluations.list(filters, window), evaluations.count(filters)));
    }

    private Response get(Request request) {
        return Response.json(
                evaluations.find(Ids.of(request, "id")).orElseThrow(() -> CircusErrors.notFound("evaluation")));
    }

    private Response errors(Request request) {
        UUID id = Ids.of(request, "id");
        require(evaluations.find(id).isPresent(), "evaluation");
        return Response.json(evaluations.errors(id));
    }

    private Response trigger(Request request) throws IOException {
        JsonFields fields = JsonFields.of(request);
        UUID jobset = Ids.parse("jobset_id", fields.text("jobset_id"));
        String commit = Validation.commit("commit_hash", fields.text("commit_hash"));
        PullRequest pullRequest = pullRequest(fields);
        require(jobsets.find(jobset).isPresent(), "jobset");
        var evaluation = evaluations
                .insert(jobset, commit, pullRequest)
                .orElseThrow(() -> CircusErrors.conflict(
                        "the jobset has an evaluation of commit " + commit + " already; it is not made twice"));
        waker.run();
        return Response.json(202, evaluation);
    }

    private static @Nullable PullRequest pullRequest(JsonFields fields) {
        Integer number = fields.numberOrNull("pr_number");
        String head = Validation.shortOrNull("pr_head_branch", fields.textOrNull("pr_head_branch"));
        String base = Validation.shortOrNull("pr_base_branch", fields.textOrNull("pr_base_branch"));
        String action = Validation.shortOrNull("pr_action", fields.textOrNull("pr_action"));
        return number == null ? null : new PullRequest(number, head, base, action == null ? "opened" : action);
    }

    private Response compare(Request request) {
        UUID from = Ids.of(request, "id");
        String to = Filters.present(request.query(), "to")
                .or(() -> Filters.present(request.query(), "other"))
                .orElseThrow(() -> CircusErrors.invalid("to", "is missing: name the evaluation to compare with"));
        UUID other = Ids.parse("to", to);
        require(evaluations.find(from).isPresent(), "evaluation");
        require(evaluations.find(other).isPresent(), "evaluation to compare with");
        return Response.json(comparison.of(from, other));
    }

    private static void require(boolean isThere, String what) {
        if (!isThere) {
            throw CircusErrors.notFound(what);
        }
    }
}
