package dev.trivet.sandbox.image;

import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.SandboxException;
import java.util.List;
import java.util.Optional;

/**
 * How packages are added to an image, as commands that run as root inside a sandbox, in order; one that fails ends the job's setup
 * (spec/srht.md sections 5.1 and 5.9). Immutable.
 */
public sealed interface PackageManager permits Apt, NoPackages {
    /** Its name in an image's manifest: {@code apt} or {@code none}. */
    String id();

    /**
     * Adds one repository of a manifest.
     *
     * @param name key of the manifest's {@code repositories}
     * @param value what the manifest says there, in the form that the distribution's images of builds.sr.ht take
     * @throws SandboxException {@code UNSUPPORTED} with the form that was expected
     */
    List<Command> addRepository(String name, String value) throws SandboxException;

    /** Reads the repositories anew, for a job that adds some and installs nothing by itself. */
    List<Command> refresh() throws SandboxException;

    /**
     * Installs packages, reading the repositories first; no command when the list is empty.
     *
     * @throws SandboxException {@code UNSUPPORTED} naming each entry that is no package name
     */
    List<Command> install(List<String> packages) throws SandboxException;

    /** What went wrong, in one sentence with a way out, when the output of a failed command shows it. */
    Optional<String> explain(String output);

    /** The one with an id; images of an unknown one cannot install packages. */
    static PackageManager named(String id) {
        return id.equals(Apt.ID) ? new Apt() : new NoPackages(id);
    }
}
