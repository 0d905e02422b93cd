package dev.trivet.cli.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Where a build is: slugs of organization and pipeline, and its number. */
public record BuildAddress(String organization, String pipeline, int number) {
    static final String ORGANIZATIONS = "/api/v0/organizations/";

    public BuildAddress {
        Objects.requireNonNull(organization, "organization is null");
        Objects.requireNonNull(pipeline, "pipeline is null");
    }

    /** Path of an organization's pipelines in the API. */
    static String pipelines(String organization) {
        return ORGANIZATIONS + segment(organization) + "/pipelines";
    }

    /** Path of a pipeline's builds in the API. */
    static String builds(String organization, String pipeline) {
        return pipelines(organization) + "/" + segment(pipeline) + "/builds";
    }

    String path() {
        return builds(organization, pipeline) + "/" + number;
    }

    /** Path of its page. */
    public String page() {
        return "/" + segment(organization) + "/pipelines/" + segment(pipeline) + "/builds/" + number;
    }

    /** As people write it: {@code organization/pipeline/number}. */
    @Override
    public String toString() {
        return organization + "/" + pipeline + "/" + number;
    }

    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
