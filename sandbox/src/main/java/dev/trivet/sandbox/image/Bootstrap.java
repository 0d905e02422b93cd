package dev.trivet.sandbox.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a Debian suite's root file system from this machine's mirrors, verified with its keyring: with mmdebstrap, or with debootstrap
 * where only that is installed.
 */
final class Bootstrap {
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

    /** The locale that builds of builds.sr.ht may name; debconf would ask for it. */
    private static final String LOCALE_HOOK = "printf 'en_US.UTF-8 UTF-8\\n' > \"$1/etc/locale.gen\"";

    private final HostApt apt;
    private final String arch;
    private final List<String> tools;

    Bootstrap(HostApt apt, String arch) {
        this(apt, arch, List.of("mmdebstrap", "debootstrap"));
    }

    /** @param tools the programs that may be used, the preferred one first */
    Bootstrap(HostApt apt, String arch, List<String> tools) {
        this.apt = apt;
        this.arch = arch;
        this.tools = List.copyOf(tools);
    }

    /**
     * What is to be run.
     *
     * @param tool name of the program that does it
     * @param prepare runs first; empty when there is nothing to prepare
     * @param produce writes the root file system as a tar archive to its standard output
     */
    record Plan(String tool, List<String> prepare, List<String> produce) {}

    String arch() {
        return arch;
    }

    /**
     * Plans the making of a suite.
     *
     * @param scratch a directory for its files while it is made
     * @throws IOException saying what to install, when this machine lacks what it needs
     */
    Plan plan(DebianSuite suite, List<String> packages, Path scratch) throws IOException {
        if (!Files.isReadable(Path.of(HostApt.KEYRING))) {
            throw new IOException(
                    "Debian's signing keys are missing (" + HostApt.KEYRING + "): install debian-archive-keyring");
        }
        boolean root = isRoot();
        for (String tool : tools) {
            Optional<String> program = program(tool);
            if (program.isPresent() && tool.equals("mmdebstrap")) {
                return new Plan(tool, List.of(), mmdebstrap(program.get(), root, suite, packages));
            }
            if (program.isPresent() && root) {
                return debootstrap(program.get(), suite, packages, scratch.resolve("root"));
            }
        }
        throw new IOException((root ? "mmdebstrap and debootstrap are missing" : "mmdebstrap is missing")
                + ": install mmdebstrap (Debian: apt-get install mmdebstrap)");
    }

    /** What its apt is to know: the same mirrors and settings. */
    void configure(DebianSuite suite, TarTree tree) {
        tree.file("etc/apt/sources.list", HostUserland.lines(apt.sourcesFor(suite)));
        tree.file("etc/apt/apt.conf.d/90trivet", HostUserland.aptSettings(apt));
    }

    Map<String, String> environment(Path scratch) {
        Map<String, String> environment = new HashMap<>(RootfsWriter.ENVIRONMENT);
        // Root of mmdebstrap's own user namespace is a stranger in an ordinary user's directories.
        environment.put("TMPDIR", isRoot() ? scratch.toString() : "/tmp");
        environment.put("DEBIAN_FRONTEND", "noninteractive");
        for (String proxy : List.of("http_proxy", "https_proxy", "no_proxy")) {
            String value = System.getenv(proxy);
            if (value != null) {
                environment.put(proxy, value);
            }
        }
        return environment;
    }

    private List<String> mmdebstrap(String program, boolean root, DebianSuite suite, List<String> packages) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--mode=" + (root ? "root" : "unshare"),
                "--variant=minbase",
                "--format=tar",
                "--architectures=" + arch,
                "--keyring=" + HostApt.KEYRING));
        if (!packages.isEmpty()) {
            command.add("--include=" + String.join(",", packages));
        }
        HostUserland.aptSettings(apt).lines().map(line -> "--aptopt=" + line).forEach(command::add);
        if (packages.contains("locales")) {
            command.add("--essential-hook=" + LOCALE_HOOK);
        }
        command.addAll(List.of(suite.codename(), "-"));
        apt.sourcesFor(suite).forEach(source -> command.addAll(source.lines()));
        return command;
    }

    private Plan debootstrap(String program, DebianSuite suite, List<String> packages, Path root) {
        List<String> prepare = new ArrayList<>(
                List.of(program, "--variant=minbase", "--arch=" + arch, "--keyring=" + HostApt.KEYRING));
        if (!packages.isEmpty()) {
            prepare.add("--include=" + String.join(",", packages));
        }
        String mirror = apt.sourcesFor(suite).getFirst().uris().getFirst();
        prepare.addAll(List.of(suite.codename(), root.toString(), mirror));
        return new Plan("debootstrap", prepare, RootfsArchive.packing(root));
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<String> program(String name) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
