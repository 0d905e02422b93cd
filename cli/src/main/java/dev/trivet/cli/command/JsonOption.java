package dev.trivet.cli.command;

import picocli.CommandLine.Option;

/** {@code --json}: results as JSON on standard output, everything else on standard error. */
final class JsonOption {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    boolean wanted() {
        return json;
    }
}
