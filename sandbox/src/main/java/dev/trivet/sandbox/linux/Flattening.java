package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Copies the merged file system of a sandbox, so that its snapshot needs no layer below it. */
final class Flattening {
    /** Beside the writable layer; one numbered directory for each tree. */
    static final String DIRECTORY = "merged";

    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final String COPY = """
            set -e
            mkdir -p -m 0755 "$0"
            n=0
            for from; do
              mkdir -m 0755 "$0/$n"
              cp -a -x --reflink=auto -- "$from/." "$0/$n"
              n=$((n + 1))
            done
            """;

    private Flattening() {}

    static void merge(Host host, Box box, Holder holder) throws SandboxException {
        var namespaces = holder.namespaces().holder();
        var arguments = new ArrayList<>(List.of(
                host.tools().nsenter(),
                "--preserve-credentials",
                "--user=" + namespaces + "/user",
                "--mount=" + namespaces + "/mnt",
                "--",
                host.tools().shell(),
                "-c",
                COPY,
                box.directory().resolve(DIRECTORY).toString()));
        box.trees().forEach(tree -> arguments.add(box.root().resolve(tree.at()).toString()));
        var result = Subprocess.run(arguments, LONGEST);
        if (!result.ok()) {
            throw new SandboxException(
                    Reason.INFRASTRUCTURE, "cannot merge the layers of sandbox " + box.key() + ": " + result.brief());
        }
    }
}
