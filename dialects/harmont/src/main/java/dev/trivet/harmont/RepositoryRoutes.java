package dev.trivet.harmont;

import dev.trivet.harmont.ConnectionStore.Seen;
import dev.trivet.harmont.vcs.ForgeRepository;
import dev.trivet.harmont.vcs.RepositoryUrl;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All repositories that an organization sees, each once, wherever it was connected (spec section 2.11). */
final class RepositoryRoutes {
    private final Lookup lookup;
    private final ConnectionStore store;

    RepositoryRoutes(Lookup lookup, ConnectionStore store) {
        this.lookup = Objects.requireNonNull(lookup, "lookup is null");
        this.store = Objects.requireNonNull(store, "store is null");
    }

    List<Route> routes() {
        return List.of(Route.get("/api/v0/organizations/{org}/repos", Lookup.reading("organizations"), this::list)
                .describedAs(Description.of("List the repositories that the organization sees")
                        .named("listOrgRepos")
                        .in("repos")
                        .answering(200, "RepoSummaryList")
                        .failing(404)));
    }

    private Response list(Request request) {
        Map<String, List<Seen>> merged = new LinkedHashMap<>();
        for (Seen seen : store.repositories(lookup.organization(request).id())) {
            String url = seen.repository().cloneUrl();
            String key = url == null ? "row " + seen.id() : RepositoryUrl.normalForm(url);
            merged.computeIfAbsent(key, _ -> new ArrayList<>()).add(seen);
        }
        return Response.json(HarmontViews.list(List.copyOf(merged.values()), RepositoryRoutes::view));
    }

    private static Map<String, @Nullable Object> view(List<Seen> same) {
        ForgeRepository repository = same.getFirst().repository();
        Instant synced =
                same.stream().map(Seen::synced).max(Comparator.naturalOrder()).orElseThrow();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("full_name", repository.fullName());
        json.put("name", repository.name());
        json.put("owner", repository.owner());
        json.put("private", repository.isPrivate());
        json.put("clone_url", repository.cloneUrl());
        json.put("default_branch", repository.defaultBranch());
        json.put("last_synced_at", HarmontTime.text(synced));
        json.put(
                "registrations",
                same.stream()
                        .map(seen -> Map.of(
                                "provider",
                                seen.installation() == null ? "bitbucket" : "github",
                                "account",
                                seen.account()))
                        .distinct()
                        .toList());
        return json;
    }
}
