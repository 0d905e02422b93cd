package dev.trivet.sandbox.image;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.linux.Programs;
import dev.trivet.sandbox.linux.UserNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Mounts an image as a sandbox does, with a writable layer, and runs commands in it by chroot: the least that can use one. */
final class Room {
    private final UserNamespace namespace;
    private final Image image;
    private final Path directory;

    /** How a command ended and what it said. */
    record Said(int code, String output) {}

    Room(UserNamespace namespace, Image image, Path directory) throws IOException {
        this.namespace = namespace;
        this.image = image;
        this.directory = Files.createDirectories(directory);
    }

    static UserNamespace namespace(Path directory) throws SandboxException {
        return UserNamespace.detect(directory, new Programs());
    }

    Said asRoot(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    Said asBuild(String... command) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of(
                "setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "env", "HOME=/home/build", "USER=build"));
        words.addAll(List.of(command));
        return run(words);
    }

    Said asRoot(dev.trivet.sandbox.Command command) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of("env", "--ignore-environment"));
        command.environment().forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(command.arguments());
        return run(words);
    }

    private Said run(List<String> command) throws IOException, InterruptedException {
        var script = new StringBuilder("set -e\n");
        overlay(script, "", image.lowers());
        for (Image.Part part : image.parts()) {
            overlay(script, part.at(), part.lowers());
        }
        script.append("for d in proc dev sys; do mount --rbind /$d ROOT/$d; done\n"
                .replace("ROOT", directory.resolve("root").toString()));
        script.append("mount --bind /etc/resolv.conf ")
                .append(directory)
                .append("/root/etc/resolv.conf\ncd ")
                .append(directory)
                .append("/root\nexec unshare --uts /bin/sh -c 'hostname build; exec chroot . \"$@\"' sh \"$@\"\n");
        var argv = new ArrayList<>(List.of("/bin/sh", "-c", script.toString(), "sh"));
        argv.addAll(command);
        var builder = new ProcessBuilder(namespace.command(argv)).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8", "HOME", "/root"));
        var process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), output);
    }

    private void overlay(StringBuilder script, String at, List<Path> lowers) {
        var lower = new ArrayList<String>();
        lowers.stream().filter(Files::isDirectory).forEach(path -> lower.add(path.toString()));
        String upper = directory.resolve("up").resolve(at).toString();
        String work = directory.resolve("work" + at.replace('/', '_')).toString();
        String root = directory.resolve("root").resolve(at).toString();
        script.append("mkdir -p %s %s %s/root\n".formatted(upper, work, directory));
        script.append("mount -t overlay overlay -o lowerdir=%s,upperdir=%s,workdir=%s,userxattr %s\n"
                .formatted(String.join(":", lower), upper, work, root));
    }
}
