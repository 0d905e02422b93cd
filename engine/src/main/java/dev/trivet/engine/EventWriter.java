package dev.trivet.engine;

import dev.trivet.core.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Collects events and inserts them in one statement. */
final class EventWriter {
    private final Handle handle;
    private final Instant now;
    private final Wakeups wakeups;
    private final List<Entry> entries = new ArrayList<>();

    EventWriter(Handle handle, Instant now, Wakeups wakeups) {
        this.handle = handle;
        this.now = now;
        this.wakeups = wakeups;
    }

    void run(long runId, String kind, Map<String, ?> data) {
        entries.add(new Entry(runId, null, kind, Json.write(new HashMap<>(data))));
    }

    void job(long runId, long jobId, String kind, Map<String, ?> data) {
        entries.add(new Entry(runId, jobId, kind, Json.write(new HashMap<>(data))));
    }

    void flush() {
        if (entries.isEmpty()) {
            return;
        }
        handle.createUpdate("""
                        insert into event (at, run_id, job_id, kind, data)
                        select :now, e.run_id, e.job_id, e.kind, cast(e.data as jsonb)
                        from unnest(cast(:runs as bigint[]), cast(:jobs as bigint[]), cast(:kinds as text[]),
                            cast(:data as text[])) with ordinality as e(run_id, job_id, kind, data, ord)
                        order by e.ord
                        """)
                .bind("now", now)
                .bindArray(
                        "runs", Long.class, entries.stream().map(Entry::runId).toList())
                .bindArray(
                        "jobs", Long.class, entries.stream().map(Entry::jobId).toArray())
                .bindArray(
                        "kinds", String.class, entries.stream().map(Entry::kind).toList())
                .bindArray(
                        "data", String.class, entries.stream().map(Entry::data).toList())
                .execute();
        entries.clear();
        wakeups.events();
    }

    private record Entry(long runId, @Nullable Long jobId, String kind, String data) {}
}
