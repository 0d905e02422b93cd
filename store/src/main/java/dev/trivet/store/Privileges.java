package dev.trivet.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How PostgreSQL's programs are started, since they refuse to run as root.
 *
 * <p>As root the first choice is a user namespace without a mapping ({@code unshare -U}): files stay root's, so that the data directory may lie
 * below a private directory such as {@code /root}, and the process has no capability outside. Where namespaces are forbidden (Docker's
 * default) the programs run under an ordinary account, which then owns {@code postgres/} and must be able to reach it.
 * A directory that belongs to an account already stays with it.
 */
sealed interface Privileges {

    /** We are an ordinary user: no trick is needed. */
    record Own() implements Privileges {}

    /** Root, seen as nobody inside a user namespace of its own. */
    record Namespace() implements Privileges {}

    /** Root gives itself up for this account. */
    record Account(int uid, int gid) implements Privileges {}

    /** Decides by who we are, whose the directory is, and by a try. */
    static Privileges detect(Path directory) throws IOException {
        if (uid(Path.of("/proc/self")) != 0) {
            return new Own();
        }
        if (Files.exists(directory) && uid(directory) != 0) {
            return new Account(uid(directory), (int) Files.getAttribute(directory, "unix:gid"));
        }
        return isNamespacePossible() ? new Namespace() : account();
    }

    /** The command as it must be started. All of these replace themselves by it, so that its pid is the child's. */
    default List<String> wrap(List<String> command) {
        // A session of its own: Ctrl-C at the terminal must reach the server only, which stops the database last.
        List<String> wrapped = new ArrayList<>(List.of("setsid"));
        switch (this) {
            case Own() -> {}
            case Namespace() -> wrapped.addAll(List.of("unshare", "-U", "--"));
            case Account(int uid, int gid) ->
                wrapped.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--"));
        }
        wrapped.addAll(command);
        return wrapped;
    }

    /** Gives a file or directory (not what is in it) to the one who will use it. */
    default void own(Path path) throws IOException {
        if (this instanceof Account(int uid, int gid)) {
            Files.setAttribute(path, "unix:uid", uid);
            Files.setAttribute(path, "unix:gid", gid);
        }
    }

    private static int uid(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid");
    }

    private static boolean isNamespacePossible() throws IOException {
        try {
            return new ProcessBuilder("unshare", "-U", "--", "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** The system's own postgres account, else nobody. */
    private static Account account() throws IOException {
        for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
            String[] fields = line.split(":", -1);
            if (fields.length > 3 && fields[0].equals("postgres")) {
                return new Account(Integer.parseInt(fields[2]), Integer.parseInt(fields[3]));
            }
        }
        return new Account(65534, 65534);
    }
}
