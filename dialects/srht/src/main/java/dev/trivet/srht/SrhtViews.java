package dev.trivet.srht;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values as the JSON of the REST API (spec section 3). */
public final class SrhtViews {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'+00:00'");

    private final SrhtSettings settings;

    public SrhtViews(SrhtSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
    }

    /** A job with its tasks. Logs and runner are null until a runner has it. */
    Map<String, @Nullable Object> job(Job job, List<Task> tasks) {
        boolean started = !job.status().isBeforeStart();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", job.id());
        json.put("status", job.status().wireName());
        json.put("setup_log", started ? setupLog(job) : null);
        json.put("tasks", tasks.stream().map(task -> task(job, task, started)).toList());
        json.put("note", job.note());
        json.put("runner", started ? job.runner() : null);
        json.put("tags", job.tags().isEmpty() ? null : String.join("/", job.tags()));
        json.put("owner", owner(job.owner()));
        return json;
    }

    private Map<String, @Nullable Object> task(Job job, Task task, boolean started) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", task.name());
        json.put("status", task.status().wireName());
        json.put("log", started ? taskLog(job, task) : null);
        return json;
    }

    /** Address of a job's setup log. */
    public String setupLog(Job job) {
        return settings.origin() + "/logs/" + job.id() + "/log";
    }

    /** Address of a task's log. */
    public String taskLog(Job job, Task task) {
        return settings.origin() + "/logs/" + job.id() + "/" + task.name() + "/log";
    }

    /** Address of an artifact; whoever knows it may fetch it. */
    public String artifactUrl(Job job, Artifact artifact) {
        return settings.origin() + "/" + job.owner().canonicalName() + "/" + job.id() + "/" + job.artifactKey() + "/"
                + URLEncoder.encode(artifact.name(), StandardCharsets.UTF_8).replace("+", "%20");
    }

    Map<String, @Nullable Object> artifact(Job job, Artifact artifact) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", artifact.id());
        json.put("created", time(artifact.created()));
        json.put("path", artifact.path());
        json.put("name", artifact.name());
        json.put("url", artifactUrl(job, artifact));
        json.put("size", artifact.blob().size());
        return json;
    }

    Map<String, @Nullable Object> group(JobGroup group, List<Job> members) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", group.id());
        json.put("note", group.note());
        json.put("owner", owner(group.owner()));
        json.put("jobs", members.stream().map(SrhtViews::member).toList());
        return json;
    }

    private static Map<String, Object> member(Job job) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", job.id());
        json.put("status", job.status().wireName());
        return json;
    }

    private static Map<String, String> owner(Owner owner) {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("canonical_name", owner.canonicalName());
        json.put("name", owner.name());
        return json;
    }

    /** A page; {@code next} is a text. */
    <T> Map<String, @Nullable Object> page(Page<T> page, Function<T, Map<String, @Nullable Object>> view) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("next", page.next() == null ? null : Long.toString(page.next()));
        json.put("results", page.results().stream().map(view).toList());
        json.put("total", page.total());
        json.put("results_per_page", Page.SIZE);
        return json;
    }

    private static String time(Instant instant) {
        return TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
}
