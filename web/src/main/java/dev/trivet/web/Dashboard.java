package dev.trivet.web;

import dev.trivet.engine.Engine;
import dev.trivet.harmont.BuildStore;
import dev.trivet.http.ErrorShape;
import dev.trivet.http.Route;
import dev.trivet.logs.LogStore;
import dev.trivet.srht.JobStore;
import dev.trivet.store.RunStore;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** The pages for people: the list of runs, a run with its live logs, signing in. Thread-safe. */
public final class Dashboard implements AutoCloseable {
    private final PageErrors errors;
    private final List<Route> routes;
    private final RunWatch watch;

    /**
     * The pages on these parts.
     *
     * @param directories what dialects know of their runs; runs that none knows are for administrators
     */
    public Dashboard(
            Engine engine,
            RunStore store,
            LogStore logs,
            Entrance entrance,
            JobStore srhtJobs,
            BuildStore harmontBuilds,
            List<RunDirectory> directories,
            InstantSource clock) {
        Templates templates = new Templates();
        StaticFiles files = new StaticFiles();
        Frames frames = new Frames(files, clock);
        Wording wording = new Wording(clock);
        Runs runs = new Runs(store, directories);
        this.errors = new PageErrors(templates, frames);
        this.watch = new RunWatch(engine.events());
        RunRoutes pages = new RunRoutes(
                runs, new RunReader(runs, store), new RunPage(wording), templates, frames, watch, logs, engine);
        this.routes = Stream.of(
                        files.routes(),
                        new ListRoutes(runs, templates, frames, wording, watch).routes(),
                        pages.routes(),
                        new SrhtPages(srhtJobs, runs, pages).routes(),
                        new HarmontPages(harmontBuilds, pages).routes(),
                        new SignInRoutes(entrance, templates, frames).routes())
                .flatMap(List::stream)
                .toList();
    }

    /** For the group of the prefix {@code /}, which looks at tokens and sessions. */
    public List<Route> routes() {
        return routes;
    }

    /** Errors as pages. */
    public ErrorShape errors() {
        return errors;
    }

    /** Begins to follow the engine's events for open pages. To be called once. */
    public void start() {
        watch.start();
    }

    /** Stops following; open pages are not told of changes any more. */
    @Override
    public void close() {
        watch.close();
    }
}
