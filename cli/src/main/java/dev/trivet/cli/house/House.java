package dev.trivet.cli.house;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.server.Settings;
import java.io.IOException;

/** Starts servers in this process. A test starts something smaller. */
public interface House {
    /**
     * Starts a server and returns when it answers requests.
     *
     * @throws IOException if it cannot start; the message says why and what to do
     * @throws SandboxException if no sandbox works here; the same
     */
    RunningServer serve(Settings settings) throws IOException, SandboxException;
}
