package dev.trivet.sandbox.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes a Debian suite's root file system with mmdebstrap, from this machine's mirrors and verified with its keyring. */
final class Bootstrap {
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

    /** The locale that builds of builds.sr.ht may name; debconf would ask for it. */
    private static final String LOCALE_HOOK = "printf 'en_US.UTF-8 UTF-8\\n' > \"$1/etc/locale.gen\"";

    private final HostApt apt;
    private final String arch;

    Bootstrap(HostApt apt, String arch) {
        this.apt = apt;
        this.arch = arch;
    }

    String arch() {
        return arch;
    }

    /**
     * The command that writes the root file system as a tar archive to its standard output.
     *
     * @throws IOException saying what to install, when this machine lacks what it needs
     */
    List<String> command(DebianSuite suite, List<String> packages) throws IOException {
        if (!Files.isReadable(Path.of(HostApt.KEYRING))) {
            throw new IOException(
                    "Debian's signing keys are missing (" + HostApt.KEYRING + "): install debian-archive-keyring");
        }
        String mmdebstrap = program("mmdebstrap")
                .orElseThrow(() ->
                        new IOException("mmdebstrap is missing: install it (Debian: apt-get install mmdebstrap)"));
        boolean root = System.getProperty("user.name", "").equals("root");
        List<String> command = new ArrayList<>(List.of(
                mmdebstrap,
                "--mode=" + (root ? "root" : "unshare"),
                "--variant=minbase",
                "--format=tar",
                "--architectures=" + arch,
                "--keyring=" + HostApt.KEYRING));
        if (!packages.isEmpty()) {
            command.add("--include=" + String.join(",", packages));
        }
        Stream.concat(Stream.of("Acquire::Languages \"none\""), apt.settings().stream())
                .map(setting -> "--aptopt=" + setting)
                .forEach(command::add);
        if (packages.contains("locales")) {
            command.add("--essential-hook=" + LOCALE_HOOK);
        }
        command.addAll(List.of(suite.codename(), "-"));
        apt.sourcesFor(suite).forEach(source -> command.addAll(source.lines()));
        return command;
    }

    /** @param scratch a directory for the files while it works */
    Map<String, String> environment(Path scratch) {
        Map<String, String> environment = new HashMap<>(RootfsWriter.ENVIRONMENT);
        environment.put("TMPDIR", scratch.toString());
        environment.put("DEBIAN_FRONTEND", "noninteractive");
        for (String proxy : List.of("http_proxy", "https_proxy", "no_proxy")) {
            String value = System.getenv(proxy);
            if (value != null) {
                environment.put(proxy, value);
            }
        }
        return environment;
    }

    private static Optional<String> program(String name) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
