package dev.trivet.web;

import dev.trivet.http.Access;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.srht.Job;
import dev.trivet.srht.JobStore;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** The addresses of builds.sr.ht's job pages (spec srht section 6). Thread-safe. */
final class SrhtPages {
    private final JobStore jobs;
    private final Runs runs;
    private final RunRoutes pages;

    SrhtPages(JobStore jobs, Runs runs, RunRoutes pages) {
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.runs = Objects.requireNonNull(runs, "runs is null");
        this.pages = Objects.requireNonNull(pages, "pages is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get("/~{user}/job/{id}", Access.PUBLIC_LENIENT, this::show),
                Route.get("/~{user}/job/{id}/manifest", Access.PUBLIC_LENIENT, this::manifest));
    }

    private Response show(Request request) throws IOException {
        return pages.show(request, job(request).runId());
    }

    private Response manifest(Request request) {
        Job job = job(request);
        var _ = runs.read(request.principal(), job.runId());
        return Response.text(jobs.manifest(job.id()).orElseThrow(SrhtPages::nothing));
    }

    private Job job(Request request) {
        return jobs.find(request.id("id"))
                .filter(job -> job.owner().name().equals(request.parameter("user")))
                .orElseThrow(SrhtPages::nothing);
    }

    private static HttpException nothing() {
        return HttpException.notFound("404 not found");
    }
}
