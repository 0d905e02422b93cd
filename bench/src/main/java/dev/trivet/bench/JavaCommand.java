package dev.trivet.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of other JVMs: this one's Java and class path, the launcher's flags. */
final class JavaCommand {
    /** As in the launcher. */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xms16m",
            "-Xmx384m",
            "--enable-native-access=ALL-UNNAMED");

    private JavaCommand() {}

    /** The program with more flags and its own arguments. */
    static List<String> program(List<String> flags, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(FLAGS);
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), "dev.trivet.cli.Main"));
        command.addAll(arguments);
        return command;
    }

    /** A JVM that does nothing until its standard input ends. */
    static List<String> idle() {
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), IdleJvm.class.getName()));
        return command;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    }
}
