package dev.trivet.web;

import dev.trivet.accounts.Grant;
import dev.trivet.accounts.GrantLevel;
import dev.trivet.accounts.Principal;
import dev.trivet.harmont.Build;
import dev.trivet.harmont.BuildStore;
import dev.trivet.harmont.HarmontPlanner;
import dev.trivet.store.ArtifactRow;
import dev.trivet.store.RunRow;
import dev.trivet.store.StepRow;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The builds of Harmont's dialect: for the members of their organization alone (spec harmont section 1.4). Thread-safe. */
public final class HarmontDirectory implements RunDirectory {
    private static final Grant READ = new Grant(HarmontPlanner.DIALECT, "builds", GrantLevel.READ);
    private static final Grant WRITE = new Grant(HarmontPlanner.DIALECT, "builds", GrantLevel.WRITE);

    private final BuildStore builds;
    private final Function<ArtifactRow, String> artifacts;

    /** @param artifacts tells the path of an artifact */
    public HarmontDirectory(BuildStore builds, Function<ArtifactRow, String> artifacts) {
        this.builds = Objects.requireNonNull(builds, "builds is null");
        this.artifacts = Objects.requireNonNull(artifacts, "artifacts is null");
    }

    @Override
    public Map<Long, RunAccess> of(Collection<RunRow> runs) {
        List<Long> own = runs.stream()
                .filter(run -> run.dialect().equals(HarmontPlanner.DIALECT))
                .map(RunRow::id)
                .toList();
        Map<Long, RunAccess> known = new HashMap<>();
        if (own.isEmpty()) {
            return known;
        }
        List<Build> found = builds.ofRuns(own);
        Map<String, Set<Long>> members = builds.members(found);
        for (Build build : found) {
            long run = Objects.requireNonNull(build.runId(), "a build of a run has one");
            known.put(run, new HarmontRun(build, run, members.getOrDefault(build.organization(), Set.of()), artifacts));
        }
        return known;
    }

    /** A build as its organization's members and addresses say. What a token may not do, its session may not either. */
    private record HarmontRun(Build build, long run, Set<Long> members, Function<ArtifactRow, String> artifacts)
            implements RunAccess {
        @Override
        public boolean mayList(Optional<Principal> viewer) {
            return mayRead(viewer);
        }

        @Override
        public boolean mayRead(Optional<Principal> viewer) {
            return viewer.filter(person -> person.allows(READ))
                    .filter(person -> members.contains(person.userId()) || person.mayAdminister())
                    .isPresent();
        }

        @Override
        public boolean mayWrite(Optional<Principal> viewer) {
            return viewer.filter(person -> person.allows(WRITE))
                    .filter(person -> members.contains(person.userId()))
                    .isPresent();
        }

        @Override
        public String page() {
            return "/" + build.organization() + "/pipelines/" + build.pipeline() + "/builds/" + build.number();
        }

        @Override
        public String manifest() {
            return "";
        }

        @Override
        public String log(StepRow step) {
            return "/runs/" + run + "/log/" + step.jobId() + "/" + step.number();
        }

        @Override
        public String artifact(ArtifactRow artifact) {
            return artifacts.apply(artifact);
        }
    }
}
