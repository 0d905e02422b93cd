package dev.trivet.cli.command;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Takes what a command line leaves open from the environment: {@code --some-thing} from TRIVET_SOME_THING. Empty counts as unset. */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private final Map<String, String> environment;

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
            return null;
        }
        return Arrays.stream(option.names())
                .filter(name -> name.startsWith("--"))
                .map(name -> environment.get(variable(name)))
                .filter(value -> value != null && !value.isEmpty())
                .findFirst()
                .orElse(null);
    }

    /** The variable of a long option. */
    static String variable(String option) {
        return "TRIVET_" + option.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
