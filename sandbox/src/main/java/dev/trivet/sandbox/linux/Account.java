package dev.trivet.sandbox.linux;

import dev.trivet.sandbox.Command;
import java.util.Map;
import java.util.TreeMap;

/**
 * The two accounts that commands run as.
 *
 * @param uid also the group's number
 */
record Account(String name, int uid, String home) {
    static final Account ROOT = new Account("root", 0, "/root");
    static final Account BUILD = new Account("build", 1000, "/home/build");

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /**
     * The account of a command. Where only one id is mapped, {@code build} has the name and the home, but root's number.
     *
     * @throws IllegalArgumentException for any other name
     */
    static Account of(Command command, UserNamespace.Map map) {
        var account = named(command.user());
        return map == UserNamespace.Map.SINGLE ? new Account(account.name(), 0, account.home()) : account;
    }

    private static Account named(String name) {
        return switch (name) {
            case "root" -> ROOT;
            case "build" -> BUILD;
            default -> throw new IllegalArgumentException("a command runs as root or build, not as " + name);
        };
    }

    /** The command's environment, with PATH, HOME, USER and LOGNAME where it does not say otherwise. */
    Map<String, String> environment(Command command) {
        var environment = new TreeMap<String, String>();
        environment.put("PATH", PATH);
        environment.put("HOME", home);
        environment.put("USER", name);
        environment.put("LOGNAME", name);
        environment.putAll(command.environment());
        return environment;
    }
}
