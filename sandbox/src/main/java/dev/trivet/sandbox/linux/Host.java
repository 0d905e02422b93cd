package dev.trivet.sandbox.linux;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.image.Images;

/**
 * What the sandboxes of one host share.
 *
 * @param ceilings bounds for what a job leaves open; a job that asks for more is cut down to them
 */
record Host(
        UserNamespace namespace,
        Tools tools,
        LayerStore store,
        Images images,
        ControlGroups groups,
        Egress egress,
        Watch watch,
        Limits ceilings) {

    /** The bounds that hold for a job which asked for these. */
    Limits bounded(Limits asked) {
        return new Limits(
                least(asked.cpus(), ceilings.cpus()),
                least(asked.memoryBytes(), ceilings.memoryBytes()),
                (int) least((long) asked.processes(), ceilings.processes()),
                least(asked.diskBytes(), ceilings.diskBytes()),
                asked.wall(),
                asked.silence(),
                asked.logBytes());
    }

    private static double least(double asked, double ceiling) {
        return asked == 0 ? ceiling : ceiling == 0 ? asked : Math.min(asked, ceiling);
    }

    private static long least(long asked, long ceiling) {
        return asked == 0 ? ceiling : ceiling == 0 ? asked : Math.min(asked, ceiling);
    }
}
