package dev.trivet.circus;

import dev.trivet.circus.SearchQuery.Entity;
import dev.trivet.http.Fields;
import dev.trivet.store.Database;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Finds things by a part of their names (spec section 2.7). */
final class SearchStore {
    private static final String SAME_PROJECT = "(p.id::text = :%1$s or p.name = :%1$s)";
    private static final String SAME_JOBSET = "(j.id::text = :%1$s or j.name = :%1$s)";

    private final Database database;

    SearchStore(Database database) {
        this.database = Objects.requireNonNull(database, "database is null");
    }

    /** @param total of all that match, not only of those in this part */
    record Found(List<?> items, long total) {
        static final Found NOTHING = new Found(List.of(), 0);
    }

    /** Those of one kind; nothing if the query does not ask for them. */
    Found find(Entity entity, SearchQuery query) {
        if (query.isEmpty() || !query.entities().contains(entity)) {
            return Found.NOTHING;
        }
        return database.read(handle -> switch (entity) {
            case PROJECTS -> projects(handle, query);
            case JOBSETS -> jobsets(handle, query);
            case EVALUATIONS -> evaluations(handle, query);
            case BUILDS -> builds(handle, query);
        });
    }

    private static Found projects(Handle handle, SearchQuery query) {
        Fields asked = query.parameters();
        Filters filters = new Filters()
                .with("(p.name ilike :pattern or p.description ilike :pattern)", "pattern", query.pattern())
                .time(asked, "project_after", "p.created_at >= :project_after")
                .time(asked, "project_before", "p.created_at <= :project_before");
        return select(
                handle,
                "p.*",
                " from circus.projects p",
                filters,
                query.projectSort() + " " + query.order() + ", p.id",
                query.window(),
                (row, context) -> ProjectViews.project(Project.of(row)));
    }

    private static Found jobsets(Handle handle, SearchQuery query) {
        Fields asked = query.parameters();
        Filters filters = new Filters()
                .with("j.name ilike :pattern", "pattern", query.pattern())
                .text(asked, "jobset_project", SAME_PROJECT.formatted("jobset_project"))
                .flag(asked, "jobset_enabled", "j.enabled = :jobset_enabled")
                .flag(asked, "jobset_flake", "j.flake_mode = :jobset_flake");
        return select(
                handle,
                "j.*",
                " from circus.jobsets j join circus.projects p on p.id = j.project_id",
                filters,
                "j.name " + query.order() + ", j.id",
                query.window(),
                (row, context) -> ProjectViews.jobset(Jobset.of(row)));
    }

    private static Found evaluations(Handle handle, SearchQuery query) {
        Fields asked = query.parameters();
        Filters filters = new Filters()
                .with("e.commit_hash ilike :pattern", "pattern", query.pattern())
                .text(asked, "eval_project", SAME_PROJECT.formatted("eval_project"))
                .text(asked, "eval_jobset", SAME_JOBSET.formatted("eval_jobset"))
                .time(asked, "eval_after", "e.evaluation_time >= :eval_after")
                .time(asked, "eval_before", "e.evaluation_time <= :eval_before");
        return select(
                handle,
                Columns.of("e", Columns.EVALUATION),
                """
                 from circus.evaluations e join circus.jobsets j on j.id = e.jobset_id
                    join circus.projects p on p.id = j.project_id
                """,
                filters,
                "e.evaluation_time " + query.order() + ", e.id",
                query.window(),
                Columns.shown(Columns.EVALUATION));
    }

    private static Found builds(Handle handle, SearchQuery query) {
        Fields asked = query.parameters();
        Filters filters = new Filters()
                .with("(b.job_name ilike :pattern or b.drv_path ilike :pattern)", "pattern", query.pattern())
                .text(asked, "build_status", "b.status = :build_status")
                .text(asked, "build_project", SAME_PROJECT.formatted("build_project"))
                .text(asked, "build_jobset", SAME_JOBSET.formatted("build_jobset"))
                .id(asked, "build_evaluation", "b.evaluation_id = :build_evaluation")
                .time(asked, "build_after", "b.created_at >= :build_after")
                .time(asked, "build_before", "b.created_at <= :build_before")
                .number(asked, "build_min_priority", "b.priority >= :build_min_priority")
                .number(asked, "build_max_priority", "b.priority <= :build_max_priority");
        return select(
                handle,
                Columns.of("b", Columns.BUILD),
                """
                 from circus.builds b join circus.evaluations e on e.id = b.evaluation_id
                    join circus.jobsets j on j.id = e.jobset_id join circus.projects p on p.id = j.project_id
                """,
                filters,
                query.buildSort() + " " + query.order() + ", b.id",
                query.window(),
                Columns.shown(Columns.BUILD));
    }

    private static <T> Found select(
            Handle handle,
            String columns,
            String from,
            Filters filters,
            String order,
            Window window,
            RowMapper<T> mapper) {
        List<T> items = handle.createQuery("select " + columns + from + filters.where() + " order by " + order
                        + " limit :limit offset :offset")
                .bindMap(filters.bindings())
                .bind("limit", window.limit())
                .bind("offset", window.offset())
                .map(mapper)
                .list();
        long total = handle.createQuery("select count(*)" + from + filters.where())
                .bindMap(filters.bindings())
                .mapTo(Long.class)
                .one();
        return new Found(items, total);
    }
}
