package dev.trivet.cli.pipeline;

import dev.trivet.cli.output.LogText;
import dev.trivet.cli.output.Output;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

/** Shows the log of one job as it is, or each line as a JSON object. For one thread. */
final class JobLines implements Consumer<String> {
    private final Output output;
    private final Output.Stream stream;
    private final LogText text;
    private final String key;
    private final boolean json;
    private boolean inLine;

    JobLines(Output output, String key, boolean json) {
        this.output = Objects.requireNonNull(output, "output is null");
        this.stream = output.stream(false);
        this.text = new LogText(stream.terminal(), stream.colours());
        this.key = Objects.requireNonNull(key, "key is null");
        this.json = json;
    }

    @Override
    public void accept(String line) {
        if (json) {
            output.jsonLine(
                    BuildPrinter.event(key, "line", line.endsWith("\n") ? line.substring(0, line.length() - 1) : line));
            return;
        }
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        stream.write(text.filter(bytes, bytes.length));
        inLine = !line.endsWith("\n");
    }

    /** Ends the last line, if the log did not. */
    void finish() {
        if (inLine) {
            stream.write(new byte[] {'\n'});
        }
    }
}
