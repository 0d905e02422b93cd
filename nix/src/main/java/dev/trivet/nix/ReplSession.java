package dev.trivet.nix;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One {@code nix repl} that is asked one question after another. It catches what an expression does wrong and goes on; what kills it
 * (a stack overflow, no more memory, its time) is told as {@link Died}. Each question has a mark of its own, which stands before its value
 * and at its end: nothing that an expression prints can be taken for either. For one thread; {@link #kill} may come from any.
 */
final class ReplSession implements AutoCloseable {
    private static final String PROMPT = "nix-repl>";
    /** A file that ends too early makes Nix wait for more input; this ends it, and is an error of its own otherwise. */
    private static final String STOPPER = ")";

    private static final String STOPPED = "error: syntax error, unexpected ')'";

    private final Process process;
    private final OutputStream questions;
    private final BoundedLines answers;
    private final long largest;
    private final String secret = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    private int asked;

    ReplSession(Process process, long largest) {
        this.process = Objects.requireNonNull(process, "process is null");
        this.questions = process.getOutputStream();
        this.answers = new BoundedLines(process.getInputStream(), largest);
        this.largest = largest;
    }

    static ReplSession start(Launcher launcher, Launch launch, long largest) throws IOException {
        // One stream for both: an error stands where its answer would.
        Launch merged = launch.behind(List.of("/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"));
        return new ReplSession(launcher.start(merged), largest);
    }

    /** Why there is no answer. */
    static final class Died extends Exception {
        Died(String message) {
            super(message);
        }
    }

    /**
     * An answer.
     *
     * @param value the text that the expression is, if it is one
     * @param said what was printed besides, without prompts and empty lines: traces, warnings, and the error if there is no value
     */
    record Answer(Optional<String> value, List<String> said) {
        /** What is wrong, where there is no value. */
        String error() {
            String message = String.join("\n", said).replaceFirst("^error: ?", "");
            return message.isEmpty() ? "a file that it imports ends too early" : message;
        }
    }

    /** Makes a definition; what it says is only an error. */
    Answer define(String definition, Duration longest) throws Died, InterruptedException {
        return ask(definition, longest);
    }

    /** Evaluates an expression that is a text. */
    Answer evaluate(String expression, Duration longest) throws Died, InterruptedException {
        return ask("\"" + mark(asked + 1) + "\" + (" + expression + ")", longest);
    }

    private String mark(int question) {
        return "@@" + secret + "-" + question + "@@";
    }

    private Answer ask(String line, Duration longest) throws Died, InterruptedException {
        String mark = mark(++asked);
        List<String> said = new ArrayList<>();
        try (var deadline = new Deadline(process, longest)) {
            try {
                // The end is written in two parts, so that an echo of it is not it.
                String end = "\"" + mark + "\" + \"END\"";
                questions.write((line + "\n" + STOPPER + "\n" + end + "\n").getBytes(StandardCharsets.UTF_8));
                questions.flush();
                return answer(mark, said);
            } catch (IOException broken) {
                process.waitFor();
                throw new Died(
                        deadline.passed()
                                ? "it took longer than " + longest.toSeconds() + " s"
                                : "the evaluator died: "
                                        + (said.isEmpty() ? "it said nothing" : String.join("\n", said)));
            }
        }
    }

    /** @throws IOException if the process is gone, or was killed for what it printed */
    private Answer answer(String mark, List<String> said) throws IOException, Died {
        String value = null;
        long size = 0;
        for (String next = answers.next(); next != null; next = answers.next()) {
            String plain = Words.plain(next).stripTrailing();
            if (plain.equals("\"" + mark + "END\"")) {
                return new Answer(Optional.ofNullable(value), withoutStopper(said));
            }
            size += next.length() + 1;
            if (size > largest) {
                Ending.now(process);
                throw new Died("it printed more than " + largest + " bytes");
            }
            if (plain.startsWith("\"" + mark)) {
                value = Words.meaning(plain).substring(mark.length());
            } else if (!plain.isEmpty() && !plain.startsWith(PROMPT)) {
                said.add(plain);
            }
        }
        throw new IOException("it is gone");
    }

    private static List<String> withoutStopper(List<String> said) {
        int end = said.size();
        for (int at = said.size() - 1; at >= 0; at--) {
            if (said.get(at).startsWith(STOPPED)) {
                end = at > 0 && said.get(at - 1).strip().equals(STOPPER) ? at - 1 : at;
                break;
            }
        }
        return List.copyOf(said.subList(0, end));
    }

    void kill() {
        Ending.now(process);
    }

    @Override
    public void close() {
        Ending.now(process);
        try {
            questions.close();
            answers.close();
        } catch (IOException closed) {
            // The process is gone, and its streams with it.
        }
    }
}
