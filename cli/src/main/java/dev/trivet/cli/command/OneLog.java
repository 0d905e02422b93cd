package dev.trivet.cli.command;

import dev.trivet.cli.api.FollowListener;
import dev.trivet.cli.api.Job;
import java.util.Optional;

/** Lets through what belongs to one log. */
final class OneLog implements FollowListener {
    /** What the log of the preparation is called. A task of this name hides it. */
    static final String SETUP = "setup";

    private final FollowListener listener;
    private final String name;

    OneLog(FollowListener listener, String name) {
        this.listener = listener;
        this.name = name;
    }

    @Override
    public void status(Job job) {
        listener.status(job);
    }

    @Override
    public void output(Optional<String> task, byte[] buffer, int length) {
        if (task.orElse(SETUP).equals(name)) {
            listener.output(task, buffer, length);
        }
    }

    @Override
    public void ended(Job.Task task) {
        if (task.name().equals(name)) {
            listener.ended(task);
        }
    }

    @Override
    public void trouble(String reason) {
        listener.trouble(reason);
    }
}
