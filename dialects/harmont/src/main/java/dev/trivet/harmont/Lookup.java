package dev.trivet.harmont;

import dev.trivet.accounts.Accounts;
import dev.trivet.accounts.Organization;
import dev.trivet.accounts.Organizations;
import dev.trivet.accounts.Organizations.Membership;
import dev.trivet.accounts.User;
import dev.trivet.http.Access;
import dev.trivet.http.Request;
import java.util.Objects;

/**
 * Finds what a path names, each thing inside its parent: organization, pipeline, build, job. What is not there and what belongs to
 * others are not told apart (spec section 1.4).
 */
final class Lookup {
    private final Accounts accounts;
    private final Organizations organizations;
    private final PipelineStore pipelines;
    private final BuildStore builds;
    private final JobStore jobs;

    Lookup(Accounts accounts, Organizations organizations, PipelineStore pipelines, BuildStore builds, JobStore jobs) {
        this.accounts = Objects.requireNonNull(accounts, "accounts is null");
        this.organizations = Objects.requireNonNull(organizations, "organizations is null");
        this.pipelines = Objects.requireNonNull(pipelines, "pipelines is null");
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
    }

    static Access reading(String scope) {
        return Access.reading(HarmontPlanner.DIALECT, scope);
    }

    static Access writing(String scope) {
        return Access.writing(HarmontPlanner.DIALECT, scope);
    }

    /** Who asks. */
    User user(Request request) {
        return accounts.user(request.requirePrincipal().userId())
                .orElseThrow(() -> HarmontErrors.of(ErrorCode.UNAUTHORIZED, "the token's user is gone"));
    }

    /** The path's organization and the caller's role in it. */
    Membership membership(Request request) {
        return organizations
                .find(request.parameter("org"), user(request))
                .orElseThrow(() -> HarmontErrors.of(
                        ErrorCode.ORGANIZATION_NOT_FOUND,
                        "there is no organization of this slug that you are a member of"));
    }

    /** The same of somebody who may change what the organization is connected with. */
    Membership managing(Request request) {
        Membership membership = membership(request);
        if (!membership.role().manages()) {
            throw HarmontErrors.of(
                    ErrorCode.INSUFFICIENT_ORG_ROLE, "only owners and admins of the organization may do this");
        }
        return membership;
    }

    Organization organization(Request request) {
        return membership(request).organization();
    }

    Pipeline pipeline(Request request) {
        return pipelines
                .find(organization(request).id(), request.parameter("pipeline"))
                .orElseThrow(Lookup::noPipeline);
    }

    static RuntimeException noPipeline() {
        return HarmontErrors.of(ErrorCode.PIPELINE_NOT_FOUND, "the organization has no such pipeline");
    }

    Build build(Request request) {
        Pipeline pipeline = pipeline(request);
        String number = request.parameter("number");
        boolean possible = number.matches("[0-9]{1,9}");
        return (possible ? builds.find(pipeline, Integer.parseInt(number)) : java.util.Optional.<Build>empty())
                .orElseThrow(
                        () -> HarmontErrors.of(ErrorCode.BUILD_NOT_FOUND, "the pipeline has no build of this number"));
    }

    Job job(Request request) {
        Build build = build(request);
        return Ids.parse(request.parameter("job_id"))
                .flatMap(jobs::find)
                .filter(job -> job.buildId().equals(build.id()))
                .orElseThrow(() -> HarmontErrors.of(ErrorCode.JOB_NOT_FOUND, "the build has no job of this id"));
    }
}
