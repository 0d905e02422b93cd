package dev.trivet.web;

import dev.trivet.accounts.Principal;
import dev.trivet.store.ArtifactRow;
import dev.trivet.store.RunRow;
import dev.trivet.store.StepRow;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A dialect of tests, whose runs everybody may see. */
final class PublicRuns implements RunDirectory {
    static final String DIALECT = "public";

    @Override
    public Map<Long, RunAccess> of(Collection<RunRow> runs) {
        Map<Long, RunAccess> known = new HashMap<>();
        runs.stream().filter(run -> run.dialect().equals(DIALECT)).forEach(run -> known.put(run.id(), new Open(run)));
        return known;
    }

    private record Open(RunRow run) implements RunAccess {
        @Override
        public boolean mayList(Optional<Principal> viewer) {
            return true;
        }

        @Override
        public boolean mayRead(Optional<Principal> viewer) {
            return true;
        }

        @Override
        public boolean mayWrite(Optional<Principal> viewer) {
            return false;
        }

        @Override
        public String page() {
            return "/runs/" + run.id();
        }

        @Override
        public String manifest() {
            return "";
        }

        @Override
        public String log(StepRow step) {
            return page() + "/log/" + step.jobId() + "/" + step.number();
        }

        @Override
        public String artifact(ArtifactRow artifact) {
            return "";
        }
    }
}
