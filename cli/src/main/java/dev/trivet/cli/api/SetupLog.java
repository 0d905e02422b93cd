package dev.trivet.cli.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The part of a setup log that has been read and not told yet. The setup log runs beside the tasks' logs and has no times that they
 * share, but it has a line where each task begins: what follows that line waits for the task, so that a reader gets one story. Not thread-safe.
 */
final class SetupLog {
    private byte[] pending = {};

    void add(byte[] buffer, int length) {
        byte[] longer = Arrays.copyOf(pending, pending.length + length);
        System.arraycopy(buffer, 0, longer, pending.length, length);
        pending = longer;
    }

    /** Takes what there is up to the line that begins a task, that line included; nothing when it is not there. */
    byte[] through(String task) {
        // One character for each byte, so that places are the same in both.
        String text = new String(pending, StandardCharsets.ISO_8859_1);
        String marker = new String(
                ("Running task \"" + task + "\"\n").getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        int at = text.indexOf(marker);
        return at < 0 ? new byte[0] : take(at + marker.length());
    }

    /** Takes all complete lines. */
    byte[] lines() {
        int end = pending.length;
        while (end > 0 && pending[end - 1] != '\n') {
            end--;
        }
        return take(end);
    }

    /** Takes everything. */
    byte[] rest() {
        return take(pending.length);
    }

    private byte[] take(int length) {
        byte[] taken = Arrays.copyOf(pending, length);
        pending = Arrays.copyOfRange(pending, length, pending.length);
        return taken;
    }
}
