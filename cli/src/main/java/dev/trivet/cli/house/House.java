package dev.trivet.cli.house;

import dev.trivet.cli.CommandException;

/** Starts servers in this process. */
public interface House {
    /**
     * Starts a server and returns when it answers requests.
     *
     * @throws CommandException if it cannot start; the message says why and what to do
     */
    RunningServer serve(ServerSettings settings) throws CommandException;
}
