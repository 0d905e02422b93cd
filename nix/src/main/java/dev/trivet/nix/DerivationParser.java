package dev.trivet.nix;

import dev.trivet.nix.Derivation.Output;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Reads {@code Derive(…)}. For one text, by one thread. */
final class DerivationParser {
    private final String text;
    private int at;

    DerivationParser(String text) {
        this.text = Objects.requireNonNull(text, "text is null");
    }

    Derivation parse() {
        expect("Derive(");
        Map<String, Output> outputs = new HashMap<>();
        list(() -> {
            expect("(");
            String name = string();
            String path = next();
            String algorithm = next();
            String hash = next();
            expect(")");
            outputs.put(name, new Output(path, algorithm, hash));
            return name;
        });
        expect(",");
        Map<String, List<String>> inputs = new HashMap<>();
        list(() -> {
            expect("(");
            String path = string();
            expect(",");
            inputs.put(path, list(this::string));
            expect(")");
            return path;
        });
        expect(",");
        List<String> sources = list(this::string);
        String system = next();
        String builder = next();
        expect(",");
        List<String> arguments = list(this::string);
        expect(",");
        Map<String, String> environment = new HashMap<>();
        list(() -> {
            expect("(");
            String name = string();
            environment.put(name, next());
            expect(")");
            return name;
        });
        expect(")");
        return new Derivation(outputs, inputs, sources, system, builder, arguments, environment);
    }

    private String next() {
        expect(",");
        return string();
    }

    private <T> List<T> list(Supplier<T> item) {
        expect("[");
        List<T> items = new ArrayList<>();
        while (peek() != ']') {
            if (!items.isEmpty()) {
                expect(",");
            }
            items.add(item.get());
        }
        expect("]");
        return items;
    }

    private String string() {
        expect("\"");
        StringBuilder string = new StringBuilder();
        for (char c = take(); c != '"'; c = take()) {
            if (c != '\\') {
                string.append(c);
                continue;
            }
            char escaped = take();
            string.append(
                    switch (escaped) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        default -> escaped;
                    });
        }
        return string.toString();
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("its end");
        }
        return text.charAt(at);
    }

    private char take() {
        char c = peek();
        at++;
        return c;
    }

    private void expect(String word) {
        if (!text.startsWith(word, at)) {
            throw wrong("something else than " + word);
        }
        at += word.length();
    }

    private IllegalArgumentException wrong(String seen) {
        return new IllegalArgumentException("not a derivation: " + seen + " at character " + at);
    }
}
