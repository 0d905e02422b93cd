package dev.trivet.cli.command;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes a completion script for fish: the commands, one level of commands below them, and the options of each. */
final class FishCompletion {
    private FishCompletion() {}

    static String script(String program, CommandLine root) {
        var out = new StringBuilder("complete -c " + program + " -f\n");
        root.getSubcommands().forEach((name, command) -> {
            if (visible(name, command)) {
                line(out, program, "__fish_use_subcommand", "-a " + name, command);
                below(out, program, name, command);
            }
        });
        return out.toString();
    }

    private static void below(StringBuilder out, String program, String name, CommandLine command) {
        String seen = "__fish_seen_subcommand_from " + name;
        for (Map.Entry<String, CommandLine> child : command.getSubcommands().entrySet()) {
            if (visible(child.getKey(), child.getValue())) {
                line(out, program, seen, "-a " + child.getKey(), child.getValue());
                options(out, program, seen + "; and __fish_seen_subcommand_from " + child.getKey(), child.getValue());
            }
        }
        options(out, program, seen, command);
        if (takesFiles(command)) {
            out.append("complete -c ")
                    .append(program)
                    .append(" -n '")
                    .append(seen)
                    .append("' -F\n");
        }
    }

    private static void options(StringBuilder out, String program, String condition, CommandLine command) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            var words = new StringBuilder();
            for (String name : option.names()) {
                words.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            if (option.arity().max() > 0) {
                words.append(" -r");
            }
            append(out, program, condition, words.toString().strip(), String.join(" ", option.description()));
        }
    }

    private static void line(StringBuilder out, String program, String condition, String words, CommandLine command) {
        append(
                out,
                program,
                condition,
                words,
                String.join(" ", command.getCommandSpec().usageMessage().description()));
    }

    private static void append(StringBuilder out, String program, String condition, String words, String about) {
        String sentence = about.replaceAll("\\$\\{[^}]*}", "").replace("\\", "").replace("'", "\\'");
        out.append("complete -c ")
                .append(program)
                .append(" -n '")
                .append(condition)
                .append("' ");
        out.append(words).append(" -d '").append(sentence).append("'\n");
    }

    private static boolean visible(String name, CommandLine command) {
        return command.getCommandName().equals(name)
                && !command.getCommandSpec().usageMessage().hidden();
    }

    private static boolean takesFiles(CommandLine command) {
        return command.getCommandSpec().positionalParameters().stream()
                .anyMatch(parameter -> parameter.paramLabel().equals("FILE"));
    }
}
