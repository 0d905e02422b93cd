package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.plan.ArtifactSpec;
import dev.trivet.core.plan.Reason;
import dev.trivet.engine.AttemptRef;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxException;
import java.io.IOException;
import java.io.InputStream;

/** Takes the artifacts out of the sandbox of a job that has passed (spec/srht.md section 5.6). */
final class Artifacts {
    private final ServerLink link;
    private final Persistence persistence;

    Artifacts(ServerLink link, Persistence persistence) {
        this.link = requireNonNull(link, "link is null");
        this.persistence = requireNonNull(persistence, "persistence is null");
    }

    void keep(AttemptRef ref, ArtifactSpec spec, String directory, Sandbox sandbox, SetupLog log) throws JobEnd {
        if (spec.paths().isEmpty()) {
            return;
        }
        if (spec.paths().size() > spec.maxCount()) {
            log.say("At most " + spec.maxCount() + " artifacts are kept of a job, this one has "
                    + spec.paths().size() + ": none was kept");
            return;
        }
        for (String path : spec.paths()) {
            log.say("Uploading " + path);
            keepOne(ref, spec, path, path.startsWith("/") ? path : directory + "/" + path, sandbox);
        }
    }

    private void keepOne(AttemptRef ref, ArtifactSpec spec, String path, String place, Sandbox sandbox) throws JobEnd {
        while (true) {
            try (InputStream content = open(spec, path, place, sandbox)) {
                link.artifact(ref, path, name(path), content, spec.maxBytes());
                return;
            } catch (LinkUnavailableException unavailable) {
                // Wait until the server answers again, then read the file from its beginning.
                persistence.call(link::beat);
            } catch (IOException failed) {
                throw JobEnd.failed(
                        Reason.ARTIFACT_FAILED, "artifact " + path + " could not be kept: " + failed.getMessage());
            }
        }
    }

    private static InputStream open(ArtifactSpec spec, String path, String place, Sandbox sandbox) throws JobEnd {
        try {
            Sandbox.SandboxFile file = sandbox.readFile(place);
            if (file.size() > spec.maxBytes()) {
                closeQuietly(file.content());
                throw JobEnd.failed(
                        Reason.ARTIFACT_FAILED,
                        "artifact " + path + " has " + file.size() + " bytes, the limit is " + spec.maxBytes());
            }
            return file.content();
        } catch (SandboxException failed) {
            throw switch (failed.reason()) {
                case NOT_FOUND -> JobEnd.failed(Reason.ARTIFACT_FAILED, "artifact " + path + " is not there");
                case NOT_A_FILE ->
                    JobEnd.failed(
                            Reason.ARTIFACT_FAILED, "artifact " + path + " is not a regular file inside the sandbox");
                case NO_SUCH_IMAGE, NO_SUCH_SNAPSHOT, NO_SUCH_ARCHITECTURE, UNSUPPORTED, INFRASTRUCTURE ->
                    JobEnd.lost(String.valueOf(failed.getMessage()));
            };
        }
    }

    private static void closeQuietly(InputStream content) {
        try {
            content.close();
        } catch (IOException ignored) {
            // Nothing was read from it.
        }
    }

    private static String name(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }
}
