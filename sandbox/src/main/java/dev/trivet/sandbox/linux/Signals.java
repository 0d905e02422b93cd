package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Exit;
import java.time.Duration;
import java.util.List;

/** Signals to the processes behind a command, and what exit codes tell about them. */
final class Signals {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int DEEPEST = 3;

    private Signals() {}

    /** A runtime reports a signalled child as 128 + signal. */
    static Exit exit(int code) {
        return code > 128 && code <= 128 + 64 ? new Exit.Signalled(code - 128) : new Exit.Code(code);
    }

    /**
     * Sends a signal to the process group of a command. Between us and it stand one to three processes that wait for one child each;
     * the command is the first one that leads a group of its own.
     */
    static void toGroup(Tools tools, long pid, int number) {
        var process = ProcessHandle.of(pid);
        for (int depth = 0; depth < DEEPEST && process.isPresent(); depth++) {
            process = process.get().children().findFirst();
            if (process.isPresent() && leadsGroup(process.get().pid())) {
                Subprocess.run(
                        List.of(
                                tools.shell(),
                                "-c",
                                "kill -\"$0\" -\"$1\"",
                                String.valueOf(number),
                                String.valueOf(process.get().pid())),
                        TIMEOUT);
                return;
            }
        }
    }

    private static boolean leadsGroup(long pid) {
        var group = ProcessTable.field(pid, 2);
        return group == pid;
    }

    /** Kills a process and all its descendants, again until there are none. */
    static void killTree(Process process) {
        for (int round = 0; round < 50; round++) {
            var descendants =
                    process.descendants().filter(ProcessHandle::isAlive).toList();
            descendants.forEach(ProcessHandle::destroyForcibly);
            if (descendants.isEmpty()) {
                break;
            }
        }
        process.destroyForcibly();
    }
}
