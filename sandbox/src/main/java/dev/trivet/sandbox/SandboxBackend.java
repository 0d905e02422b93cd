package dev.trivet.sandbox;

import java.util.Optional;
import java.util.Set;

/** One way to run a job's commands apart from the host (DESIGN section 5). Thread-safe; one instance per process. */
public interface SandboxBackend {
    /** The name an operator uses: {@code oci}, {@code bwrap}, {@code host}. */
    String id();

    /** Runs a real one-step self-test and tells what works, and for each missing feature the reason and the remedy. */
    Probe probe();

    /**
     * Opens a sandbox: its own throw-away file system over the base, its own namespaces, and a first process that stays alive
     * until {@link Sandbox#close()}.
     *
     * @throws SandboxException if it cannot be opened; the job did not run
     */
    Sandbox open(SandboxSpec spec) throws SandboxException;

    /** Why {@link #open} refuses sandboxes with a network here, and what to do about it; empty when it does not. */
    Optional<String> networkTrouble();

    /** Removes everything of this backend that belongs to no sandbox named in {@code knownKeys}: processes, mounts, networks, cgroups, files. */
    void sweep(Set<String> knownKeys);

    /** Ids of the snapshots that are kept and were not released: who starts anew can release those that it does not know. */
    Set<String> snapshots();

    /** Forgets a snapshot and frees its bytes once no other snapshot or sandbox stands on it. Unknown ids are ignored. */
    void releaseSnapshot(String snapshotId);
}
