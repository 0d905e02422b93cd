package dev.trivet.cli;

import dev.trivet.cli.api.Pause;
import dev.trivet.cli.command.Commands;
import dev.trivet.cli.house.RealHouse;
import dev.trivet.cli.output.Output;
import dev.trivet.cli.process.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Gives commands as a person at a shell does, in this process. */
record Shell(Path folder, Map<String, String> environment) {
    Said say(String... command) {
        return type("", command);
    }

    /** With {@code input} as standard input. */
    Said type(String input, String... command) {
        var out = new ByteArrayOutputStream();
        return execute(input, out, out, command);
    }

    /** Into a pipe whose reader goes away after the first line, as {@code | head -1} does. */
    Said intoHead(String... command) {
        var kept = new ByteArrayOutputStream();
        var head = new FilterOutputStream(kept) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                if (kept.toString(StandardCharsets.UTF_8).contains("\n")) {
                    throw new IOException("Broken pipe");
                }
                kept.write(bytes, from, length);
            }
        };
        return execute("", kept, head, command);
    }

    private Said execute(String input, ByteArrayOutputStream out, OutputStream pipe, String... command) {
        var err = new ByteArrayOutputStream();
        var surroundings = new Surroundings(
                new Output(pipe, err, false, false, environment),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                environment,
                folder,
                InstantSource.system(),
                Pause.REAL);
        int code = Commands.line(surroundings, new RealHouse(Clock.systemUTC())).execute(command);
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** What a command answered. */
    record Said(int code, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        String all() {
            return "exit code " + code + "\n" + out + err;
        }
    }
}
