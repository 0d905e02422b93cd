package dev.trivet.web;

import dev.trivet.accounts.Principal;
import dev.trivet.store.ArtifactRow;
import dev.trivet.store.StepRow;
import java.util.Optional;

/** What the dialect that made a run knows of it: who may see and change it, and where its own pages are. Immutable. */
public interface RunAccess {

    /** Whether it stands in this viewer's list. */
    boolean mayList(Optional<Principal> viewer);

    /** Whether this viewer may open its page. */
    boolean mayRead(Optional<Principal> viewer);

    /** Whether this viewer may start and cancel it. */
    boolean mayWrite(Optional<Principal> viewer);

    /** Path of its page. */
    String page();

    /** Path of what was submitted; empty if there is none. */
    String manifest();

    /** Path of the whole log of a step. */
    String log(StepRow step);

    /** Path of an artifact; empty if it cannot be had. */
    String artifact(ArtifactRow artifact);
}
