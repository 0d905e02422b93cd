package dev.trivet.sandbox.image;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Debian suites that can be built by name, with the names under which builds.sr.ht offers them (spec/srht.md section 5.9, the
 * table of 2026). The table moves with releases of this program and never by itself: a build that passed yesterday runs on the same
 * release today.
 */
enum DebianSuite {
    BULLSEYE("bullseye", "11", true, "oldoldstable"),
    BOOKWORM("bookworm", "12", true, "oldstable"),
    TRIXIE("trixie", "13", true, "stable"),
    FORKY("forky", "14", false, "testing"),
    SID("sid", "", false, "unstable");

    static final String DISTRIBUTION = "debian";

    private final String codename;
    private final String version;
    private final boolean released;
    private final String role;

    DebianSuite(String codename, String version, boolean released, String role) {
        this.codename = codename;
        this.version = version;
        this.released = released;
        this.role = role;
    }

    String codename() {
        return codename;
    }

    /** Canonical image name, such as {@code debian/trixie}. */
    String imageName() {
        return DISTRIBUTION + "/" + codename;
    }

    /** Whether it has security updates and point releases of its own. */
    boolean released() {
        return released;
    }

    /** Every other name it answers to, such as {@code debian/stable} and {@code debian/13}. */
    List<String> aliases() {
        return Stream.of(role, version)
                .filter(name -> !name.isEmpty())
                .map(name -> DISTRIBUTION + "/" + name)
                .toList();
    }

    /** The suite that an image name means; a bare {@code debian} means stable. */
    static Optional<DebianSuite> named(String name) {
        if (anyRelease(name)) {
            return Optional.of(TRIXIE);
        }
        return Arrays.stream(values())
                .filter(suite ->
                        suite.imageName().equals(name) || suite.aliases().contains(name))
                .findFirst();
    }

    /** Whether a name asks for a current Debian rather than for one release: then another one that is there may stand in. */
    static boolean anyRelease(String name) {
        return name.equals(DISTRIBUTION)
                || name.equals(DISTRIBUTION + "/stable")
                || name.equals(DISTRIBUTION + "/latest");
    }
}
