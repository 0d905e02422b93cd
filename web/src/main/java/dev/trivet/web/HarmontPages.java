package dev.trivet.web;

import dev.trivet.harmont.Build;
import dev.trivet.harmont.BuildStore;
import dev.trivet.http.Access;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Builds at the addresses that clients of Harmont print: the pages of their runs. Thread-safe. */
final class HarmontPages {
    private final BuildStore builds;
    private final RunRoutes pages;

    HarmontPages(BuildStore builds, RunRoutes pages) {
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.pages = Objects.requireNonNull(pages, "pages is null");
    }

    List<Route> routes() {
        return List.of(Route.get("/{org}/pipelines/{pipeline}/builds/{number}", Access.PUBLIC_LENIENT, this::show));
    }

    private Response show(Request request) throws IOException {
        String number = request.parameter("number");
        Optional<Long> run = number.matches("[0-9]{1,9}")
                ? builds.at(request.parameter("org"), request.parameter("pipeline"), Integer.parseInt(number))
                        .map(Build::runId)
                : Optional.empty();
        return pages.show(request, run.orElseThrow(() -> HttpException.notFound("404 not found")));
    }
}
