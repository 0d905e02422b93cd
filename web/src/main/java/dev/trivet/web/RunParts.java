package dev.trivet.web;

import dev.trivet.web.view.RunDetail;
import dev.trivet.web.view.StepPane;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The parts of a run's page beside the logs, made by the same templates. Belongs to one stream and remembers what that has sent. */
final class RunParts {
    private final Templates templates;
    private final RunPage page;
    private final Viewer viewer;
    private final String path;
    private final Map<String, String> sent = new HashMap<>();

    RunParts(Templates templates, RunPage page, Viewer viewer, String path) {
        this.templates = Objects.requireNonNull(templates, "templates is null");
        this.page = Objects.requireNonNull(page, "page is null");
        this.viewer = Objects.requireNonNull(viewer, "viewer is null");
        this.path = Objects.requireNonNull(path, "path is null");
    }

    /** HTML of the parts that changed since this was called before; each part is one element with an id. */
    String changed(RunSnapshot snapshot) {
        RunDetail run = page.withoutLogs(snapshot, viewer, path);
        StringBuilder html = new StringBuilder();
        add(html, "head", "head", "run", run);
        add(html, "side", "side", "run", run);
        add(html, "pictures", "pictures", "run", run);
        add(html, "jobs", "jobs", "run", run);
        add(html, "job", "jobHead", "job", run.pane().head());
        for (StepPane step : run.pane().steps()) {
            add(html, "step-" + step.head().number(), "stepHead", "step", step.head());
        }
        return html.toString();
    }

    private void add(StringBuilder html, String id, String template, String parameter, Object value) {
        String part = templates.part(template, parameter, value);
        // Durations grow by themselves in the page.
        String compared = part.replaceAll("(data-since=\"[0-9]+\">)[^<]*", "$1");
        if (!compared.equals(sent.put(id, compared))) {
            html.append(part);
        }
    }
}
