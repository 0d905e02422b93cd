package dev.trivet.sandbox.image;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an image needs beyond what its root file system brings: the build account with a home, and the right to become root where
 * there is sudo.
 */
final class RootfsAdditions {
    private static final List<String> SKELETON = List.of(".bashrc", ".profile", ".bash_logout");
    private static final int SHADOW_MODE = 0640;

    /** Files whose content it has to see. */
    static final Set<String> READS = Set.of(
            "etc/passwd",
            "etc/group",
            "etc/shadow",
            "etc/gshadow",
            "etc/os-release",
            "usr/lib/os-release",
            "etc/skel/.bashrc",
            "etc/skel/.profile",
            "etc/skel/.bash_logout");

    private final Map<String, byte[]> files;
    private final Predicate<String> exists;

    RootfsAdditions(Map<String, byte[]> files, Predicate<String> exists) {
        this.files = files;
        this.exists = exists;
    }

    TarTree tree() {
        TarTree tree = new TarTree();
        boolean bash = exists.test("bin/bash") || exists.test("usr/bin/bash");
        String passwd =
                Accounts.passwd(text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"), bash ? "/bin/bash" : "/bin/sh");
        String group = Accounts.group(text("etc/group", "root:x:0:\n"));
        tree.file("etc/passwd", passwd).file("etc/group", group);
        int shadowGroup = groupId(group, "shadow");
        if (files.containsKey("etc/shadow")) {
            tree.file("etc/shadow", bytes(Accounts.shadow(passwd)), SHADOW_MODE, 0, shadowGroup);
        }
        if (files.containsKey("etc/gshadow")) {
            tree.file("etc/gshadow", bytes(Accounts.gshadow(group)), SHADOW_MODE, 0, shadowGroup);
        }
        if (exists.test("usr/bin/sudo")) {
            tree.file("etc/sudoers.d/" + Accounts.USER, bytes(Accounts.sudoers()), 0440, 0, 0);
        }
        String home = Accounts.HOME.substring(1);
        tree.directory(home, 0755, Accounts.ID);
        for (String name : SKELETON) {
            byte[] content = files.get("etc/skel/" + name);
            if (content != null) {
                tree.file(home + "/" + name, content, 0644, Accounts.ID, Accounts.ID);
            }
        }
        for (String name : List.of("dev", "proc", "sys", "run")) {
            tree.directory(name, 0755);
        }
        // No unique number and no name of the machine that it was made on.
        tree.file("etc/machine-id", bytes(""), 0444, 0, 0);
        tree.file("etc/hostname", "build\n");
        tree.file("etc/hosts", "127.0.0.1 localhost\n127.0.1.1 build\n::1 localhost ip6-localhost ip6-loopback\n");
        tree.file("etc/resolv.conf", "");
        return tree;
    }

    private String text(String path, String otherwise) {
        byte[] content = files.get(path);
        return content == null ? otherwise : new String(content, StandardCharsets.UTF_8);
    }

    private static int groupId(String group, String name) {
        return group.lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length > 2 && fields[0].equals(name) && fields[2].matches("\\d{1,5}"))
                .mapToInt(fields -> Integer.parseInt(fields[2]))
                .findFirst()
                .orElse(0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
