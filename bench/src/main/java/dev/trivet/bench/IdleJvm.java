package dev.trivet.bench;

import java.io.IOException;

/** The least that a JVM can be: says a byte, then waits for the end of its standard input. */
final class IdleJvm {
    private IdleJvm() {}

    /** Ends with its standard input. */
    public static void main(String[] arguments) throws IOException {
        System.out.write('\n');
        System.out.flush();
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }
}
