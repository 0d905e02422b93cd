package dev.trivet.circus;

import dev.trivet.circus.SearchQuery.Entity;
import dev.trivet.circus.SearchStore.Found;
import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Search (spec section 2.7). */
final class SearchRoutes {
    private final SearchStore store;

    SearchRoutes(Database database) {
        this.store = new SearchStore(database);
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/search", Access.PUBLIC_LENIENT, this::search)
                        .describedAs(Description.of("Advanced search")
                                .in("search")
                                .asking(
                                        "q",
                                        "entities",
                                        "limit",
                                        "offset",
                                        "build_status",
                                        "build_project",
                                        "build_jobset",
                                        "build_evaluation",
                                        "build_after",
                                        "build_before",
                                        "build_min_priority",
                                        "build_max_priority",
                                        "project_after",
                                        "project_before",
                                        "jobset_project",
                                        "jobset_enabled",
                                        "jobset_flake",
                                        "eval_project",
                                        "eval_jobset",
                                        "eval_after",
                                        "eval_before",
                                        "build_sort",
                                        "project_sort",
                                        "order")
                                .failing(400)),
                Route.get("/api/v1/search/quick", Access.PUBLIC_LENIENT, this::quick)
                        .describedAs(Description.of("Quick search (autocomplete)")
                                .in("search")
                                .asking("q", "limit")
                                .failing(400)));
    }

    private Response search(Request request) {
        SearchQuery query = SearchQuery.of(request);
        Found projects = store.find(Entity.PROJECTS, query);
        Found jobsets = store.find(Entity.JOBSETS, query);
        Found evaluations = store.find(Entity.EVALUATIONS, query);
        Found builds = store.find(Entity.BUILDS, query);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("projects", projects.items());
        answer.put("jobsets", jobsets.items());
        answer.put("evaluations", evaluations.items());
        answer.put("builds", builds.items());
        answer.put("total_projects", projects.total());
        answer.put("total_jobsets", jobsets.total());
        answer.put("total_evaluations", evaluations.total());
        answer.put("total_builds", builds.total());
        answer.put("limit", query.window().limit());
        answer.put("offset", query.window().offset());
        return Response.json(answer);
    }

    private Response quick(Request request) {
        SearchQuery query = SearchQuery.quick(request);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("projects", store.find(Entity.PROJECTS, query).items());
        answer.put("jobsets", List.of());
        answer.put("evaluations", List.of());
        answer.put("builds", store.find(Entity.BUILDS, query).items());
        if (!query.isEmpty()) {
            answer.put("limit", query.window().limit());
            answer.put("offset", query.window().offset());
        }
        return Response.json(answer);
    }
}
