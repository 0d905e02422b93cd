package dev.trivet.sandbox.linux;

import java.io.IOException;
import java.nio.file.Files;

/** What a holder mounts, as a table for one call of {@code mount}: names are relative to the store, its working directory. */
final class Fstab {
    private Fstab() {}

    static void write(Box box, long memory) throws IOException {
        var here = "sandboxes/" + box.id();
        var table = new StringBuilder();
        for (int i = 0; i < box.trees().size(); i++) {
            var tree = box.trees().get(i);
            // A layer that did not survive a crash of the machine is thrown away anyway, so the kernel need not sync
            // it: package
            // managers, which sync each file, are several times faster.
            table.append("overlay ")
                    .append(here)
                    .append("/m/")
                    .append(tree.at())
                    .append(" overlay lowerdir=")
                    .append(tree.lowers());
            table.append(",upperdir=").append(here).append("/up/").append(i);
            table.append(",workdir=").append(here).append("/wk/").append(i).append(",userxattr,volatile 0 0\n");
        }
        table.append("state ").append(here).append("/s tmpfs nosuid,nodev,mode=0700,size=");
        table.append(memory > 0 ? String.valueOf(memory) : "50%").append(" 0 0\n");
        Files.writeString(box.directory().resolve("fstab"), table.toString());
    }
}
