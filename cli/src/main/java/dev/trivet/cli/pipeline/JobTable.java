package dev.trivet.cli.pipeline;

import dev.trivet.cli.api.BuildJob;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.output.Table;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The jobs of a build as a table; of a large build those that did not simply pass, and a count of all. */
final class JobTable {
    /** So many are shown one and all. */
    private static final int ALL = 60;

    private static final int MOST = 200;
    private static final int LONGEST_KEY = 80;

    private JobTable() {}

    static void print(Output output, List<BuildJob> jobs) {
        List<BuildJob> shown = jobs.size() <= ALL
                ? jobs
                : jobs.stream()
                        .filter(job -> !job.state().equals("passed"))
                        .limit(MOST)
                        .toList();
        var table = new Table("JOB", "STATE", "TOOK", "EXIT");
        for (BuildJob job : shown) {
            table.row(
                    Table.shorten(job.key(), LONGEST_KEY),
                    JobWords.cell(job),
                    Took.of(job.json()),
                    job.exitCode().isPresent() ? job.exitCode().getAsInt() : "");
        }
        if (!table.isEmpty()) {
            output.text(table.render(output.colours()));
        }
        if (shown.size() < jobs.size()) {
            Map<String, Long> counts =
                    jobs.stream().collect(Collectors.groupingBy(JobWords::state, TreeMap::new, Collectors.counting()));
            output.line(jobs.size() + " jobs: "
                    + counts.entrySet().stream()
                            .map(count -> count.getValue() + " " + count.getKey())
                            .collect(Collectors.joining(", ")));
        }
    }
}
