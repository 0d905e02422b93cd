package dev.trivet.circus.report;

import static java.util.Objects.requireNonNull;

import dev.trivet.circus.FlakeRef;
import dev.trivet.circus.report.ReproductionStore.Built;
import dev.trivet.circus.report.ReproductionStore.Input;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The commands that build a job on somebody's own machine, as argument vectors and as a text for a shell. Thread-safe. */
final class Reproduction {
    private static final String CHECKOUT = "checkout";
    private static final String FEATURES = "nix-command flakes";

    private final Supplier<Optional<Substituter>> cache;

    Reproduction(Supplier<Optional<Substituter>> cache) {
        this.cache = requireNonNull(cache, "cache is null");
    }

    /** A step of it. */
    record Command(String about, List<String> argv) {
        String text() {
            return "# " + about + "\n" + argv.stream().map(Reproduction::quoted).collect(Collectors.joining(" "))
                    + "\n";
        }
    }

    Map<String, @Nullable Object> of(Built built) {
        List<Command> source = built.flake() ? flake(built) : legacy(built);
        Command realise = realise(built);
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("build_id", built.id());
        json.put("job_name", built.jobName());
        json.put("kind", built.flake() ? "flake" : "expression");
        json.put("repository_url", built.repositoryUrl());
        json.put("commit_hash", built.commit());
        json.put("system", built.system());
        json.put("drv_path", built.drvPath());
        json.put("from_source", source);
        json.put("derivation", realise);
        json.put("text", text(source, realise));
        return json;
    }

    String text(Built built) {
        return text(built.flake() ? flake(built) : legacy(built), realise(built));
    }

    private static String text(List<Command> source, Command realise) {
        return source.stream().map(Command::text).collect(Collectors.joining())
                + "\n# Or, where the derivation is known already:\n"
                + realise.text().replaceAll("(?m)^", "#   ").stripTrailing()
                + "\n";
    }

    private List<Command> flake(Built built) {
        List<String> build = new ArrayList<>(
                List.of("nix", "--extra-experimental-features", FEATURES, "build", "--print-build-logs"));
        build.addAll(substituters());
        for (Input input : built.inputs()) {
            if (input.type().equals("git")) {
                build.addAll(List.of("--override-input", input.name(), input.value()));
            }
        }
        build.add(reference(built) + "#" + attributes(built.expression()) + "." + built.jobName());
        return List.of(new Command("build it", build));
    }

    /** With the revision alone Nix looks for it in the usual branch only. */
    private static String reference(Built built) {
        String reference = FlakeRef.of(built.repositoryUrl(), built.commit());
        return reference.startsWith("git+") ? reference + "&allRefs=1" : reference;
    }

    /** {@code .} alone means the jobs that Hydra would build. */
    private static String attributes(String expression) {
        String path = expression.replaceFirst("^\\.?#", "");
        return path.isEmpty() || path.equals(".") ? "hydraJobs" : path;
    }

    private List<Command> legacy(Built built) {
        List<Command> commands = new ArrayList<>();
        commands.add(new Command(
                "get the repository", List.of("git", "clone", "--no-checkout", "--", built.repositoryUrl(), CHECKOUT)));
        if (built.pullRequest()) {
            commands.add(new Command(
                    "with its pull requests",
                    List.of("git", "-C", CHECKOUT, "fetch", "origin", "+refs/*:refs/fetched/*")));
        }
        commands.add(
                new Command("at the commit", List.of("git", "-C", CHECKOUT, "checkout", "--detach", built.commit())));
        List<String> build =
                new ArrayList<>(List.of("nix-build", CHECKOUT + "/" + built.expression(), "-A", built.jobName()));
        for (Input input : built.inputs()) {
            build.addAll(
                    switch (input.type()) {
                        case "boolean" ->
                            List.of(
                                    "--arg",
                                    input.name(),
                                    String.valueOf(input.value().equals("true")));
                        case "path" ->
                            List.of("--arg", input.name(), "./. + " + literal("/" + CHECKOUT + "/" + input.value()));
                        default -> List.of("--argstr", input.name(), input.value());
                    });
        }
        build.addAll(substituters());
        commands.add(new Command("build it", build));
        return commands;
    }

    private Command realise(Built built) {
        List<String> realise = new ArrayList<>(List.of("nix-store", "--realise", built.drvPath()));
        realise.addAll(substituters());
        return new Command("build the derivation itself", realise);
    }

    private List<String> substituters() {
        return cache.get()
                .map(known -> List.of(
                        "--option",
                        "extra-substituters",
                        known.url(),
                        "--option",
                        "extra-trusted-public-keys",
                        String.join(" ", known.publicKeys())))
                .orElse(List.of());
    }

    /** A text of Nix. */
    private static String literal(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "\\${") + "\"";
    }

    /** A word of a shell. */
    static String quoted(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
