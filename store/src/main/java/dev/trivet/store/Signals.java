package dev.trivet.store;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Signals that Java itself cannot send. */
final class Signals {

    /** To a postmaster: end sessions, write a checkpoint, stop ("fast"). Java's own SIGTERM waits for the sessions to leave. */
    static final int INTERRUPT = 2;

    private Signals() {}

    /** Sends a signal; a process that is gone already is no error. */
    static void send(long pid, int signal) {
        if (pid <= 1) {
            throw new IllegalArgumentException("Not a process that may be signalled: " + pid);
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle kill = linker.downcallHandle(
                linker.defaultLookup().find("kill").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            int _ = (int) kill.invokeExact((int) pid, signal);
        } catch (Throwable e) {
            throw new IllegalStateException("kill(" + pid + ", " + signal + ") failed", e);
        }
    }
}
