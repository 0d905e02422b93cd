package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.ApiException;
import dev.trivet.cli.api.Build;
import dev.trivet.cli.api.BuildClient;
import dev.trivet.cli.api.Page;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Lists the pipelines of an organization, or the builds of a pipeline. */
public final class BuildList {
    private static final int LONGEST_MESSAGE = 60;
    private static final int COMMIT = 12;

    private final BuildClient client;
    private final Output output;
    private final int limit;
    private final boolean json;

    /**
     * @param limit how many at most; 0 for all
     * @param json whether to print a JSON array
     */
    public BuildList(BuildClient client, Output output, int limit, boolean json) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.output = Objects.requireNonNull(output, "output is null");
        this.limit = limit;
        this.json = json;
    }

    private interface Pages<T> {
        Page<T> from(Optional<String> start) throws IOException, ApiException, InterruptedException;
    }

    /** Those of an organization, oldest first. */
    public void pipelines(String organization) throws IOException, ApiException, InterruptedException {
        List<JsonNode> pipelines = all(start -> client.pipelines(organization, start), pipeline -> true);
        if (json) {
            output.json(pipelines);
            return;
        }
        var table = new Table("PIPELINE", "NAME", "BRANCH", "REPOSITORY");
        for (JsonNode pipeline : pipelines) {
            table.row(
                    organization + "/" + pipeline.path("slug").asString(""),
                    Table.shorten(pipeline.path("name").asString(""), LONGEST_MESSAGE),
                    pipeline.path("default_branch").asString(""),
                    pipeline.path("repository").asString(""));
        }
        print(table, "No pipelines.");
    }

    /**
     * Those of a pipeline, newest first.
     *
     * @param state only those in this state, if given
     */
    public void builds(String organization, String pipeline, Optional<String> state)
            throws IOException, ApiException, InterruptedException {
        List<Build> builds = all(
                start -> client.builds(organization, pipeline, start),
                build -> state.isEmpty() || state.get().equals(build.state()));
        if (json) {
            output.json(builds.stream().map(Build::json).toList());
            return;
        }
        var table = new Table("BUILD", "STATE", "TOOK", "BRANCH", "COMMIT", "MESSAGE");
        for (Build build : builds) {
            table.row(
                    organization + "/" + pipeline + "/" + build.number(),
                    Table.styled(JobWords.style(build.state(), false), build.state()),
                    Took.of(build.json()),
                    build.text("branch").orElse(""),
                    build.text("commit").map(BuildList::shortCommit).orElse(""),
                    Table.shorten(build.text("message").orElse(""), LONGEST_MESSAGE));
        }
        print(table, "No builds.");
    }

    private <T> List<T> all(Pages<T> pages, Predicate<T> wanted)
            throws IOException, ApiException, InterruptedException {
        List<T> rows = new ArrayList<>();
        Optional<String> start = Optional.empty();
        do {
            Page<T> page = pages.from(start);
            for (T row : page.results()) {
                if (limit > 0 && rows.size() == limit) {
                    return rows;
                }
                if (wanted.test(row)) {
                    rows.add(row);
                }
            }
            start = page.next();
        } while (start.isPresent());
        return rows;
    }

    private void print(Table table, String nothing) {
        if (table.isEmpty()) {
            output.say(nothing);
        } else {
            output.text(table.render(output.colours()));
        }
    }

    private static String shortCommit(String commit) {
        return commit.matches("0+") ? "" : commit.substring(0, Math.min(COMMIT, commit.length()));
    }
}
