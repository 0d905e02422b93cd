package dev.trivet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.cli.api.Pause;
import dev.trivet.cli.house.RealHouse;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.process.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** docs/commands.md has every command, subcommand and option. */
class CommandsDocumentTest {
    private static final Path ROOT = Path.of(System.getProperty("trivet.root", ".."));
    private static final Set<String> EVERYWHERE = Set.of("--help", "--version");
    /** What the letters S and M stand for. */
    private static final Map<String, Set<String>> GROUPS = Map.of(
            "S", Set.of("--server", "--token", "--data"), "M", Set.of("--data", "--config", "--database", "--json"));

    @Test
    void theTableIsComplete() throws IOException {
        String text = Files.readString(ROOT.resolve("docs/commands.md"));
        List<String> missing = new ArrayList<>();
        commands().getSubcommands().forEach((name, command) -> {
            if (command.getCommandSpec().usageMessage().hidden()) {
                return;
            }
            String row = text.lines()
                    .filter(line -> line.startsWith("| `") && line.split("\\|", 3)[1].contains("`" + name + "`"))
                    .findFirst()
                    .orElse("");
            if (row.isEmpty()) {
                missing.add(name);
            }
            check(name, row, command, missing);
            command.getSubcommands().forEach((subcommand, line) -> {
                if (!has(row, subcommand)) {
                    missing.add(name + " " + subcommand);
                }
                check(name + " " + subcommand, row, line, missing);
            });
        });
        assertThat(missing).isEmpty();
    }

    private static void check(String name, String row, CommandLine command, List<String> missing) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            boolean grouped = GROUPS.entrySet().stream()
                    .anyMatch(group ->
                            has(row, group.getKey()) && group.getValue().contains(option.longestName()));
            if (!option.hidden()
                    && !grouped
                    && !EVERYWHERE.contains(option.longestName())
                    && !has(row, option.longestName())) {
                missing.add(name + " " + option.longestName());
            }
        }
    }

    private static boolean has(String row, String word) {
        return Pattern.compile("(?<![\\w-])" + Pattern.quote(word) + "(?![\\w-])")
                .matcher(row)
                .find();
    }

    private static CommandLine commands() {
        var output =
                new Output(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false, false, Map.of());
        return Commands.line(
                new Surroundings(output, InputStream.nullInputStream(), Map.of(), ROOT, Clock.systemUTC(), Pause.REAL),
                new RealHouse(Clock.systemUTC()));
    }
}
