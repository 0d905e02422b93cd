package dev.trivet.sandbox.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The userland of the distribution that runs on this machine, as an image: its {@code /usr} (and what merged-usr systems do not
 * have, such as a real {@code /bin}) below a small generated layer with everything else. {@code /usr/local}, {@code /opt},
 * {@code /home}, {@code /root}, {@code /srv} and what the operator wrote in {@code /etc} and {@code /var} are not in it.
 */
final class HostUserland {
    private static final List<String> TOP = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");

    /** Contents of these are the operator's, not the distribution's. */
    private static final List<String> OPERATORS = List.of("usr/local", "usr/src");

    private static final List<String> LOCAL =
            List.of("bin", "etc", "games", "include", "lib", "sbin", "share", "share/man", "src");

    private static final String FALLBACK_PASSWD = """
            root:x:0:0:root:/root:/bin/bash
            bin:x:1:1:bin:/bin:/usr/sbin/nologin
            daemon:x:2:2:daemon:/sbin:/usr/sbin/nologin
            mail:x:8:12:mail:/var/spool/mail:/usr/sbin/nologin
            nobody:x:65534:65534:nobody:/:/usr/sbin/nologin
            """;
    private static final String FALLBACK_GROUP = """
            root:x:0:
            bin:x:1:
            daemon:x:2:
            tty:x:5:
            mail:x:12:
            shadow:x:42:
            nobody:x:65534:
            """;

    private final Path root;
    private final HostApt apt;

    HostUserland(Path root, HostApt apt) {
        this.root = root;
        this.apt = apt;
    }

    OsRelease release() {
        return OsRelease.of(root);
    }

    /** Directories of the host that the image shows below its own layer, absolute. */
    List<String> directories() {
        List<String> directories = new ArrayList<>(List.of("/usr"));
        TOP.stream()
                .filter(name -> Files.isDirectory(root.resolve(name), LinkOption.NOFOLLOW_LINKS))
                .forEach(name -> directories.add("/" + name));
        if (hasDpkg()) {
            directories.add("/var/lib/dpkg");
        }
        return directories;
    }

    boolean hasDpkg() {
        return Files.isRegularFile(root.resolve("var/lib/dpkg/status"));
    }

    /** What the generated layer depends on: when the text changes, the layer is out of date. Costs a few stat calls. */
    String fingerprint() throws IOException {
        StringBuilder text = new StringBuilder("layout 1\n");
        for (String name : List.of(
                "etc/os-release",
                "etc/ld.so.cache",
                "etc/alternatives",
                "etc/ssl/certs/ca-certificates.crt",
                "etc/apt/sources.list",
                "etc/apt/sources.list.d",
                "etc/apt/apt.conf.d",
                "etc/localtime",
                "var/lib/dpkg/status",
                "var/lib/rpm",
                "usr/bin")) {
            Path file = root.resolve(name);
            if (Files.exists(file)) {
                text.append(name)
                        .append(' ')
                        .append(Files.getLastModifiedTime(file).toInstant())
                        .append(' ')
                        .append(Files.size(file))
                        .append('\n');
            }
        }
        return text.toString();
    }

    TarTree layer(RootfsWriter.Ids ids) throws IOException {
        TarTree tree = new TarTree();
        tree.directory("usr", 0755);
        for (String hidden : OPERATORS) {
            tree.hidingDirectory(hidden, 0755);
        }
        LOCAL.forEach(name -> tree.directory("usr/local/" + name, 0755));
        for (String name : TOP) {
            Path top = root.resolve(name);
            if (Files.isSymbolicLink(top)) {
                tree.link(name, Files.readSymbolicLink(top).toString());
            } else if (Files.isDirectory(top)) {
                tree.directory(name, 0755);
            }
        }
        for (String name : List.of("boot", "dev", "home", "media", "mnt", "opt", "proc", "run", "srv", "sys")) {
            tree.directory(name, 0755);
        }
        tree.directory("root", 0700).directory("tmp", 01777);
        new HostEtc(root.resolve("etc"), Conffiles.parse(dpkgStatus())).copyTo(tree);
        addAccounts(tree);
        addMachine(tree);
        addVar(tree);
        addPam(tree);
        if (hasDpkg()) {
            addApt(tree);
        }
        if (ids == RootfsWriter.Ids.RANGE) {
            addPrograms(tree);
        }
        return tree;
    }

    private String dpkgStatus() throws IOException {
        return hasDpkg() ? Files.readString(root.resolve("var/lib/dpkg/status")) : "";
    }

    private void addAccounts(TarTree tree) throws IOException {
        String shell = Files.exists(root.resolve("bin/bash")) ? "/bin/bash" : "/bin/sh";
        String passwd = Accounts.passwd(master("passwd", FALLBACK_PASSWD), shell);
        String group = Accounts.group(master("group", FALLBACK_GROUP));
        int shadowGroup = 42;
        tree.file("etc/passwd", passwd).file("etc/group", group);
        tree.file("etc/shadow", bytes(Accounts.shadow(passwd)), 0640, 0, shadowGroup);
        tree.file("etc/gshadow", bytes(Accounts.gshadow(group)), 0640, 0, shadowGroup);
        tree.file("etc/subuid", "").file("etc/subgid", "");
        String sudoers = """
                Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                root ALL=(ALL:ALL) ALL
                %sudo ALL=(ALL:ALL) ALL
                @includedir /etc/sudoers.d
                """;
        tree.file("etc/sudoers", bytes(sudoers), 0440, 0, 0);
        tree.file("etc/sudoers.d/" + Accounts.USER, bytes(Accounts.sudoers()), 0440, 0, 0);
        String home = Accounts.HOME.substring(1);
        tree.directory(home, 0755, Accounts.ID);
        Path skeleton = root.resolve("etc/skel");
        for (String name : List.of(".bashrc", ".profile", ".bash_logout")) {
            if (tree.contains("etc/skel/" + name)) {
                byte[] content = Files.readAllBytes(skeleton.resolve(name));
                tree.file(home + "/" + name, content, 0644, Accounts.ID, Accounts.ID);
            }
        }
    }

    /** The distribution's own accounts, as a fresh installation has them; never those of this machine. */
    private String master(String kind, String fallback) throws IOException {
        Path master = root.resolve("usr/share/base-passwd/" + kind + ".master");
        return Files.isRegularFile(master)
                ? Files.readString(master).replaceAll("(?m)^([^:]+):\\*:", "$1:x:")
                : fallback;
    }

    private void addMachine(TarTree tree) throws IOException {
        tree.file("etc/hostname", "build\n");
        tree.file("etc/hosts", "127.0.0.1 localhost\n127.0.1.1 build\n::1 localhost ip6-localhost ip6-loopback\n");
        tree.file("etc/resolv.conf", nameServers());
        tree.file("etc/nsswitch.conf", """
                passwd: files
                group: files
                shadow: files
                hosts: files dns
                networks: files
                protocols: files
                services: files
                """);
        tree.file("etc/machine-id", bytes(""), 0444, 0, 0);
        tree.file("etc/environment", "").file("etc/fstab", "");
        if (!tree.contains("etc/mtab")) {
            tree.link("etc/mtab", "../proc/self/mounts");
        }
        if (!tree.contains("etc/os-release") && Files.exists(root.resolve("usr/lib/os-release"))) {
            tree.link("etc/os-release", "../usr/lib/os-release");
        }
        if (!tree.contains("etc/localtime")) {
            tree.link("etc/localtime", "/usr/share/zoneinfo/Etc/UTC");
        }
    }

    /** A sandbox with a network gets its own name servers from its backend; these serve one that shares them. */
    private String nameServers() throws IOException {
        Path file = root.resolve("etc/resolv.conf");
        if (!Files.isReadable(file)) {
            return "";
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("nameserver "))
                    .map(line -> line + "\n")
                    .reduce("", String::concat);
        }
    }

    private static void addVar(TarTree tree) {
        for (String name : List.of(
                "backups",
                "cache/apt/archives/partial",
                "cache/debconf",
                "cache/ldconfig",
                "cache/man",
                "lib/apt/lists/partial",
                "lib/dpkg",
                "lib/misc",
                "lib/pam",
                "lib/systemd",
                "log/apt",
                "opt",
                "spool/cron",
                "www")) {
            tree.directory("var/" + name, 0755);
        }
        tree.directory("var/mail", 02775).directory("var/local", 02775).directory("var/tmp", 01777);
        tree.link("var/run", "/run").link("var/lock", "/run/lock").link("var/spool/mail", "../mail");
        tree.file("var/log/lastlog", "").file("var/log/wtmp", "");
    }

    /** What {@code pam-auth-update} makes from the modules that every system has. */
    private static void addPam(TarTree tree) {
        String tail = " required pam_permit.so\n";
        tree.file("etc/pam.d/common-account", "account required pam_unix.so\naccount" + tail);
        tree.file("etc/pam.d/common-auth", "auth required pam_unix.so nullok\nauth" + tail);
        tree.file("etc/pam.d/common-password", "password required pam_unix.so obscure yescrypt\npassword" + tail);
        tree.file("etc/pam.d/common-session", "session required pam_unix.so\nsession" + tail);
        tree.file("etc/pam.d/common-session-noninteractive", "session required pam_unix.so\nsession" + tail);
    }

    /** Root of an ordinary user's namespace is not the owner of the host's files: what must be root's own is copied. */
    private void addPrograms(TarTree tree) throws IOException {
        for (String name : List.of("usr/bin/sudo", "usr/bin/su")) {
            Path program = root.resolve(name);
            if (Files.isReadable(program)) {
                tree.file(name, Files.readAllBytes(program), 04755, 0, 0);
            }
        }
        for (String name : List.of("usr/libexec/sudo", "usr/lib/sudo")) {
            Path directory = root.resolve(name);
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                        tree.file(name + "/" + file.getFileName(), Files.readAllBytes(file), 0644, 0, 0);
                    }
                }
            }
        }
    }

    private void addApt(TarTree tree) {
        // It names groups of packages that the account files do not have; dpkg refuses to work with such.
        tree.file("var/lib/dpkg/statoverride", "");
        Optional<DebianSuite> suite = DebianSuite.named(release().distribution());
        suite.ifPresent(known -> tree.file("etc/apt/sources.list", lines(apt.sourcesFor(known))));
        tree.file("etc/apt/apt.conf.d/90trivet", aptSettings(apt));
        tree.directory("etc/apt/sources.list.d", 0755)
                .directory("etc/apt/preferences.d", 0755)
                .directory("etc/apt/keyrings", 0755)
                .directory("etc/apt/auth.conf.d", 0755);
    }

    static String aptSettings(HostApt apt) {
        return "Acquire::Languages \"none\";\n"
                + apt.settings().stream().map(line -> line + "\n").reduce("", String::concat);
    }

    static String lines(List<AptSource> sources) {
        return sources.stream()
                .flatMap(source -> source.lines().stream())
                .map(line -> line + "\n")
                .reduce("", String::concat);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
