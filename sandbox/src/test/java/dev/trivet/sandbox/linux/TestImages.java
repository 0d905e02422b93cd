package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import dev.trivet.sandbox.image.Image;
import dev.trivet.sandbox.image.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Two images that are made in a moment: {@code tools}, the host's programs with a sudo that works whatever the id map is, and {@code
 * busybox}, one static program.
 */
final class TestImages implements Images {
    private static final List<String> APPLETS = List.of(
            "sh",
            "cat",
            "chmod",
            "cut",
            "cp",
            "dd",
            "echo",
            "false",
            "grep",
            "id",
            "ln",
            "ls",
            "mkdir",
            "mv",
            "ps",
            "readlink",
            "rm",
            "sed",
            "seq",
            "sleep",
            "stat",
            "su",
            "tar",
            "test",
            "touch",
            "tr",
            "true",
            "uname",
            "wc",
            "wget");

    private final Image tools;
    private final Image busybox;

    /** @param namespace owners of the files are ids of this map */
    TestImages(Path directory, UserNamespace namespace) throws IOException {
        Files.createDirectories(directory);
        this.tools = tools(directory, namespace);
        this.busybox = busybox(directory.resolve("busybox"), namespace);
    }

    @Override
    public Image resolve(String name) throws SandboxException {
        return switch (name) {
            case "tools" -> tools;
            case "busybox" -> busybox;
            default -> throw new SandboxException(Reason.NO_SUCH_IMAGE, "there is no image " + name);
        };
    }

    private static Image tools(Path directory, UserNamespace namespace) throws IOException {
        var base = HostTools.image(directory.resolve("tools"));
        var sudo = directory.resolve("sudo");
        asRoot(namespace, """
                set -e
                mkdir -p "$0/usr/bin" "$0/usr/libexec" "$0/etc/pam.d" "$0/etc/sudoers.d" "$0/home/build"
                chmod 755 "$0" "$0/usr" "$0/usr/bin" "$0/usr/libexec" "$0/etc" "$0/etc/pam.d"
                cat /usr/bin/sudo >"$0/usr/bin/sudo"; chmod 4755 "$0/usr/bin/sudo"
                cp -r --no-preserve=ownership /usr/libexec/sudo "$0/usr/libexec/sudo"
                echo 'build ALL=(ALL) NOPASSWD: ALL' >"$0/etc/sudoers"; chmod 440 "$0/etc/sudoers"
                printf 'auth sufficient pam_permit.so\\naccount sufficient pam_permit.so\\nsession sufficient pam_permit.so\\n' >"$0/etc/pam.d/sudo"
                printf 'root:*:1::::::\\nbuild:*:1::::::\\n' >"$0/etc/shadow"
                chown 1000:1000 "$0/home/build"
                """, sudo.toString());
        var lowers = new ArrayList<>(List.of(sudo));
        lowers.addAll(base.lowers());
        var parts = new ArrayList<Image.Part>();
        for (var part : base.parts()) {
            parts.add(
                    part.at().equals("usr")
                            ? new Image.Part("usr", List.of(sudo.resolve("usr"), Path.of("/usr")))
                            : part);
        }
        return new Image("tools", "tools-1", lowers, parts);
    }

    private static Image busybox(Path directory, UserNamespace namespace) throws IOException {
        asRoot(namespace, """
                set -e
                mkdir -p "$0/bin" "$0/etc" "$0/root" "$0/home/build"
                chmod 755 "$0" "$0/bin" "$0/etc"
                cat /usr/bin/busybox >"$0/bin/busybox"; chmod 755 "$0/bin/busybox"
                printf 'root:x:0:0::/root:/bin/sh\\nbuild:x:1000:1000::/home/build:/bin/sh\\n' >"$0/etc/passwd"
                printf 'root:x:0:\\nbuild:x:1000:\\n' >"$0/etc/group"
                chown 1000:1000 "$0/home/build"
                for applet in $1; do ln -sf busybox "$0/bin/$applet"; done
                """, directory.toString(), String.join(" ", APPLETS));
        return new Image("busybox", "busybox-1", List.of(directory));
    }

    private static void asRoot(UserNamespace namespace, String script, String... arguments) throws IOException {
        var all = new ArrayList<>(List.of("/bin/sh", "-c", script));
        all.addAll(List.of(arguments));
        var result = Subprocess.run(namespace.command(all), Duration.ofSeconds(20));
        if (!result.ok()) {
            throw new IOException("an image cannot be made: " + result.brief());
        }
    }
}
