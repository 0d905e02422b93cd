package dev.trivet.web;

import dev.trivet.accounts.Grant;
import dev.trivet.accounts.GrantLevel;
import dev.trivet.accounts.Principal;
import dev.trivet.logs.LogKey;
import dev.trivet.srht.Job;
import dev.trivet.srht.JobStore;
import dev.trivet.srht.SrhtPlanner;
import dev.trivet.srht.Visibility;
import dev.trivet.store.ArtifactRow;
import dev.trivet.store.RunRow;
import dev.trivet.store.StepRow;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The runs of builds.sr.ht's dialect: public ones are listed, unlisted ones open for who knows the address, private ones for their readers
 * (spec srht section 1). Thread-safe.
 */
public final class SrhtDirectory implements RunDirectory {
    private static final Grant READ = new Grant(SrhtPlanner.DIALECT, "jobs", GrantLevel.READ);
    private static final Grant WRITE = new Grant(SrhtPlanner.DIALECT, "jobs", GrantLevel.WRITE);

    private final JobStore jobs;

    public SrhtDirectory(JobStore jobs) {
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
    }

    @Override
    public Map<Long, RunAccess> of(Collection<RunRow> runs) {
        List<Long> own = runs.stream()
                .filter(run -> run.dialect().equals(SrhtPlanner.DIALECT))
                .map(RunRow::id)
                .toList();
        Map<Long, RunAccess> known = new HashMap<>();
        if (!own.isEmpty()) {
            jobs.ofRuns(own).forEach(job -> known.put(job.runId(), new SrhtRun(job)));
        }
        return known;
    }

    /** A job as its access lists and addresses say. What a token may not do, its session may not either. */
    private record SrhtRun(Job job) implements RunAccess {
        @Override
        public boolean mayList(Optional<Principal> viewer) {
            return job.access().visibility() == Visibility.PUBLIC
                    || viewer.filter(person -> person.allows(READ))
                            .filter(person -> person.userId() == job.owner().id() || person.mayAdminister())
                            .isPresent();
        }

        @Override
        public boolean mayRead(Optional<Principal> viewer) {
            return job.access().mayRead(job.owner(), viewer.filter(person -> person.allows(READ)));
        }

        @Override
        public boolean mayWrite(Optional<Principal> viewer) {
            return viewer.filter(person -> person.allows(WRITE))
                    .filter(person -> job.access().mayWrite(job.owner(), person))
                    .isPresent();
        }

        @Override
        public String page() {
            return "/" + job.owner().canonicalName() + "/job/" + job.id();
        }

        @Override
        public String manifest() {
            return page() + "/manifest";
        }

        @Override
        public String log(StepRow step) {
            return "/logs/" + job.id() + (step.number() == LogKey.SETUP ? "" : "/" + segment(step.name())) + "/log";
        }

        @Override
        public String artifact(ArtifactRow artifact) {
            return "/" + job.owner().canonicalName() + "/" + job.id() + "/" + job.artifactKey() + "/"
                    + segment(artifact.name());
        }

        private static String segment(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        }
    }
}
