package dev.trivet.web;

import dev.trivet.accounts.Principal;
import dev.trivet.store.ArtifactRow;
import dev.trivet.store.RunRow;
import dev.trivet.store.StepRow;
import java.util.Optional;

/**
 * A run that no dialect knows: for administrators.
 *
 * @param run the run
 */
record UnknownRun(RunRow run) implements RunAccess {
    @Override
    public boolean mayList(Optional<Principal> viewer) {
        return viewer.filter(Principal::mayAdminister).isPresent();
    }

    @Override
    public boolean mayRead(Optional<Principal> viewer) {
        return mayList(viewer);
    }

    @Override
    public boolean mayWrite(Optional<Principal> viewer) {
        return mayList(viewer);
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
