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
     * Sends a signal to the process group of a command. Between us and it stand up to three processes that wait for one child each
     * and share our own group; the command is the first one in another. It need not lead it: crun's helper, which made it, has gone.
     */
    static void toGroup(Tools tools, long pid, int number) {
        long ours = group(ProcessHandle.current().pid());
        var process = ProcessHandle.of(pid);
        for (int depth = 0; depth <= DEEPEST && process.isPresent(); depth++) {
            long group = group(process.get().pid());
            if (group > 0 && group != ours) {
                Subprocess.run(
                        List.of(
                                tools.shell(),
                                "-c",
                                "kill -\"$0\" -\"$1\"",
                                String.valueOf(number),
                                String.valueOf(group)),
                        TIMEOUT);
                return;
            }
            process = process.get().children().findFirst();
        }
    }

    private static long group(long pid) {
        return ProcessTable.field(pid, 2);
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
