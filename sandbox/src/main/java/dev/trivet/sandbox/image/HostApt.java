package dev.trivet.sandbox.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this machine's apt configuration says about reaching Debian: its mirrors and how to talk to them. Third-party repositories,
 * credentials and everything else of it stay where they are.
 */
final class HostApt {
    static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private static final String DEFAULT_MIRROR = "http://deb.debian.org/debian";
    private static final String DEFAULT_SECURITY = "http://deb.debian.org/debian-security";
    private static final List<String> DEBIAN_COMPONENTS = List.of("main", "contrib", "non-free", "non-free-firmware");
    private static final Pattern PLAIN_URI = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._~/+-]*)?");
    private static final Pattern SETTING = Pattern.compile(
            "(Acquire::(?:Check-Valid-Until|Check-Date|Retries|ForceIPv4|ForceIPv6|http::Proxy|https::Proxy)) \"([^\"@;\\\\]+)\";");

    private final Path etcApt;
    private final String settingsDump;

    /** @param settingsDump what {@code apt-config dump} prints, empty where there is no apt */
    HostApt(Path etcApt, String settingsDump) {
        this.etcApt = etcApt;
        this.settingsDump = settingsDump;
    }

    static HostApt ofThisMachine() {
        StringBuilder dump = new StringBuilder();
        if (Files.isExecutable(Path.of("/usr/bin/apt-config"))) {
            try {
                HostProgram.run(
                        List.of("/usr/bin/apt-config", "dump"),
                        Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8"),
                        line -> dump.append(line).append('\n'));
            } catch (IOException e) {
                // Without its settings the defaults of apt hold.
            }
        }
        return new HostApt(Path.of("/etc/apt"), dump.toString());
    }

    /** The settings that reaching a mirror from here needs, in apt's configuration syntax. Proxies with a password are left out. */
    List<String> settings() {
        return settingsDump
                .lines()
                .map(SETTING::matcher)
                .filter(Matcher::matches)
                .map(match -> match.group(1) + " \"" + match.group(2) + "\";")
                .toList();
    }

    /** Debian's own sources for a suite, by the mirrors of this machine. */
    List<AptSource> sourcesFor(DebianSuite suite) {
        List<AptSource> host = debianSources();
        String main = mirror(host, uri -> !isSecurity(uri)).orElse(DEFAULT_MIRROR);
        String security = mirror(host, HostApt::isSecurity).orElse(DEFAULT_SECURITY);
        List<String> components = List.of("main");
        String name = suite.codename();
        if (!suite.released()) {
            return List.of(new AptSource(List.of(main), List.of(name), components, KEYRING));
        }
        return List.of(
                new AptSource(List.of(main), List.of(name, name + "-updates"), components, KEYRING),
                new AptSource(List.of(security), List.of(name + "-security"), components, KEYRING));
    }

    private List<AptSource> debianSources() {
        List<AptSource> sources = new ArrayList<>();
        for (Path file : sourceFiles()) {
            try {
                String text = Files.readString(file);
                sources.addAll(
                        file.toString().endsWith(".sources")
                                ? AptSource.parseStanzas(text)
                                : AptSource.parseLines(text));
            } catch (IOException e) {
                // A list that cannot be read names no mirror; the others or the default do.
            }
        }
        return sources.stream().filter(HostApt::isDebian).toList();
    }

    private List<Path> sourceFiles() {
        List<Path> files = new ArrayList<>();
        Path single = etcApt.resolve("sources.list");
        if (Files.isRegularFile(single)) {
            files.add(single);
        }
        Path directory = etcApt.resolve("sources.list.d");
        if (Files.isDirectory(directory)) {
            try (Stream<Path> entries = Files.list(directory)) {
                entries.filter(file -> file.toString().endsWith(".list")
                                || file.toString().endsWith(".sources"))
                        .sorted()
                        .forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    /** Third parties publish below {@code /debian} too: their keyring, suite or component gives them away. */
    private static boolean isDebian(AptSource source) {
        boolean suites = source.suites().stream().allMatch(HostApt::isDebianSuite);
        boolean keyring =
                source.keyring().isEmpty() || source.keyring().startsWith("/usr/share/keyrings/debian-archive-");
        return suites && keyring && DEBIAN_COMPONENTS.containsAll(source.components());
    }

    private static boolean isDebianSuite(String suite) {
        String base = suite.replaceFirst("(-security|-updates|-backports|-proposed-updates|/updates)$", "");
        return DebianSuite.named(DebianSuite.DISTRIBUTION + "/" + base).isPresent();
    }

    private static Optional<String> mirror(List<AptSource> sources, java.util.function.Predicate<String> kind) {
        return sources.stream()
                .flatMap(source -> source.uris().stream())
                .map(uri -> uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri)
                .filter(uri -> PLAIN_URI.matcher(uri).matches())
                .filter(uri -> uri.contains("debian"))
                .filter(kind)
                .findFirst();
    }

    private static boolean isSecurity(String uri) {
        return uri.contains("security");
    }
}
