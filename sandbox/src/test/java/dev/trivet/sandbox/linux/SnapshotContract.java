package dev.trivet.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import dev.trivet.sandbox.SandboxSpec.Base;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Frozen sandboxes and what stands on them. */
interface SnapshotContract {
    Rig rig();

    @Test
    default void forksDoNotSeeEachOther() throws Exception {
        var parent = rig().open();
        Rig.say(
                parent,
                "cd /home/build; echo parent >f; mkdir d; echo x >d/x; echo gone >gone; rm -f /etc/pam.d/sudo; echo usr >/usr/local/f");
        var id = parent.freeze();
        assertThatThrownBy(parent::freeze).isInstanceOf(SandboxException.class);
        parent.close();
        try (var one = rig().openOn(id);
                var two = rig().openOn(id)) {
            Rig.say(one, "cd /home/build; echo one >f; rm gone; rm -r d; mkdir d; echo new >d/new");
            assertThat(Rig.say(two, "cd /home/build; cat f gone; ls d /etc/pam.d; cat /usr/local/f"))
                    .isEqualTo("parent\ngone\n/etc/pam.d:\n\nd:\nx\nusr\n");
            Rig.say(two, "echo two >>/home/build/f");
            var next = one.freeze();
            try (var grandchild = rig().openOn(next)) {
                assertThat(Rig.say(grandchild, "cd /home/build; cat f; ls . d"))
                        .isEqualTo("one\n.:\nd\nf\n\nd:\nnew\n");
            }
            rig().backend().releaseSnapshot(next);
            assertThat(Rig.say(two, "cat /home/build/f")).isEqualTo("parent\ntwo\n");
        }
        assertThat(rig().backend().snapshots()).contains(id);
        rig().backend().releaseSnapshot(id);
        assertThat(rig().backend().snapshots()).isEmpty();
        assertThatThrownBy(() -> rig().openOn(id))
                .isInstanceOfSatisfying(
                        SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_SNAPSHOT));
        rig().backend().releaseSnapshot(id);
        assertThat(Leftovers.files(rig().store().resolve("layers"))).isEmpty();
    }

    @Test
    default void aReleasedParentStaysForItsChild() throws Exception {
        var parent = rig().open();
        Rig.say(parent, "echo kept >/kept");
        var first = parent.freeze();
        var child = rig().openOn(first);
        rig().backend().releaseSnapshot(first);
        var second = child.freeze();
        try (var grandchild = rig().openOn(second)) {
            rig().backend().releaseSnapshot(second);
            assertThat(Rig.say(grandchild, "cat /kept")).isEqualTo("kept\n");
        }
        assertThat(Leftovers.files(rig().store().resolve("layers"))).isEmpty();
    }

    @Test
    default void keepsAHundredFreezesInAChain() throws Exception {
        var ids = new ArrayList<String>();
        var sandbox = rig().open(new Base.Image("busybox"), Limits.NONE);
        for (int i = 0; i < 100; i++) {
            if (i % 10 == 0) {
                Rig.say(sandbox, "echo " + i + " >>/root/all; rm -f /root/last-*; echo >/root/last-" + i);
            }
            ids.add(sandbox.freeze());
            sandbox = rig().openOn(ids.getLast());
        }
        try (var last = sandbox) {
            assertThat(Rig.say(last, "tr '\\n' ' ' </root/all; ls /root | grep last; id -un"))
                    .isEqualTo("0 10 20 30 40 50 60 70 80 90 last-90\nroot\n");
            ids.forEach(rig().backend()::releaseSnapshot);
            assertThat(Rig.say(last, "cat /root/last-90")).isEqualTo("\n");
        }
        assertThat(rig().backend().snapshots()).isEmpty();
        assertThat(Leftovers.files(rig().store().resolve("layers"))).isEmpty();
        assertThat(Leftovers.files(rig().store().resolve("l"))).noneMatch(path -> path.matches(".*/l/[0-9a-z]{10}"));
    }

    @Test
    default void forksALargeRootWithoutCopying() throws Exception {
        var parent = rig().open();
        Rig.say(parent, "fallocate -l 500M /large; echo end >>/large");
        var id = parent.freeze();
        long start = System.nanoTime();
        try (var child = rig().openOn(id)) {
            long millis = (System.nanoTime() - start) / 1_000_000;
            System.out.printf("%s: fork of a 500 MB root %d ms%n", rig(), millis);
            assertThat(Rig.say(child, "tail -c 4 /large; stat -c %s /large")).isEqualTo("end\n524288004\n");
            assertThat(child.usage().diskBytes()).isLessThan(1 << 20);
        }
        rig().backend().releaseSnapshot(id);
    }

    @Test
    default void refusesUnknownBases() {
        assertThatThrownBy(() -> rig().open(new Base.Image("none"), Limits.NONE))
                .isInstanceOfSatisfying(
                        SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_IMAGE));
        assertThatThrownBy(() -> rig().openOn("none"))
                .isInstanceOfSatisfying(
                        SandboxException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_SNAPSHOT));
    }
}
