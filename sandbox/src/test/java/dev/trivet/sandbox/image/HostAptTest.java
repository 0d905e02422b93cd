package dev.trivet.sandbox.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostAptTest {
    @TempDir
    Path etc;

    private HostApt apt() {
        return new HostApt(etc, """
                Acquire::Check-Valid-Until "false";
                Acquire::http::Proxy "http://user:secret@proxy:3128";
                Acquire::https::Proxy "http://proxy:3128";
                Acquire::http::User-Agent "x";
                DPkg::Post-Invoke:: "rm -rf /";
                """);
    }

    @Test
    void takesMirrorsOfDebianOnly() throws IOException {
        Path folder = Files.createDirectories(etc.resolve("sources.list.d"));
        Files.writeString(etc.resolve("sources.list"), """
                # deb http://commented.example/debian bookworm main
                deb [arch=amd64 signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian bookworm stable
                deb http://apt.postgresql.org/pub/repos/apt/debian bookworm-pgdg main
                deb http://name:secret@private.example/debian bookworm main
                """);
        Files.writeString(folder.resolve("d.sources"), """
                # a comment
                Types: deb deb-src
                URIs: http://mirror.example/debian/
                Suites: bookworm bookworm-updates
                Components: main contrib
                Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

                Types: deb
                URIs: http://mirror.example/debian-security
                Suites: bookworm-security
                Components: main

                Types: deb
                Enabled: no
                URIs: http://disabled.example/debian
                Suites: bookworm
                Components: main
                """);
        assertThat(HostUserland.lines(apt().sourcesFor(DebianSuite.TRIXIE)))
                .isEqualTo("""
                deb [signed-by=KEY] http://mirror.example/debian trixie main
                deb [signed-by=KEY] http://mirror.example/debian trixie-updates main
                deb [signed-by=KEY] http://mirror.example/debian-security trixie-security main
                """.replace("KEY", HostApt.KEYRING));
        assertThat(HostUserland.lines(apt().sourcesFor(DebianSuite.SID)))
                .isEqualTo("deb [signed-by=" + HostApt.KEYRING + "] http://mirror.example/debian sid main\n");
    }

    @Test
    void usesTheWorldsMirrorWhereThereIsNone() {
        assertThat(HostUserland.lines(apt().sourcesFor(DebianSuite.BOOKWORM)))
                .contains(
                        "http://deb.debian.org/debian bookworm main",
                        "http://deb.debian.org/debian-security bookworm-security");
    }

    @Test
    void takesHarmlessSettingsOnly() {
        assertThat(apt().settings())
                .containsExactly(
                        "Acquire::Check-Valid-Until \"false\";", "Acquire::https::Proxy \"http://proxy:3128\";");
    }
}
