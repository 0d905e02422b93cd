package dev.trivet.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code trivet bench}: lists the benchmarks, runs one, or all. */
public final class Bench {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String ALL = "all";

    private final List<Benchmark> benchmarks;
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    Bench(List<Benchmark> benchmarks, PrintStream out, PrintStream err, Map<String, String> environment) {
        this.benchmarks = List.copyOf(benchmarks);
        this.out = out;
        this.err = err;
        this.environment = Map.copyOf(environment);
    }

    /** Every benchmark there is. */
    static List<Benchmark> every() {
        return List.of(
                new LifecycleBenchmark(),
                new ClaimBenchmark(),
                new FirstByteBenchmark(),
                new LogIngestBenchmark(),
                new GraphBenchmark(),
                new EvaluationBenchmark(),
                new ForkBenchmark(),
                new NarBenchmark(),
                new CacheBenchmark(),
                new StartBenchmark(),
                new MemoryBenchmark());
    }

    /** Runs what the arguments name; exits with 0, 1 when a benchmark broke, 2 when they name nothing. */
    public static void main(String[] arguments) {
        if (System.getProperty("trivet.log") == null) {
            System.setProperty("trivet.log", "ERROR"); // see the program's logback configuration
        }
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Bench(every(), out, err, System.getenv()).run(List.of(arguments)));
    }

    int run(List<String> arguments) {
        if (arguments.isEmpty()) {
            list(out);
            return 0;
        }
        String name = arguments.getFirst();
        Optional<Sizes> sizes = sizes(arguments.subList(1, arguments.size()));
        List<Benchmark> chosen = benchmarks.stream()
                .filter(benchmark -> name.equals(ALL) || benchmark.name().equals(name))
                .toList();
        if (chosen.isEmpty()) {
            err.println("there is no benchmark " + name + ":");
            list(err);
        }
        if (chosen.isEmpty() || sizes.isEmpty()) {
            return USAGE;
        }
        var broken = new ArrayList<String>();
        for (Benchmark benchmark : chosen) {
            if (!measured(benchmark, sizes.get())) {
                broken.add(benchmark.name());
            }
        }
        return broken.isEmpty() ? 0 : FAILED;
    }

    private Optional<Sizes> sizes(List<String> words) {
        try {
            return Optional.of(Sizes.parse(words));
        } catch (IllegalArgumentException wrong) {
            err.println(wrong.getMessage());
            return Optional.empty();
        }
    }

    @SuppressWarnings("CatchingUnchecked") // whatever breaks one benchmark, the others still run
    private boolean measured(Benchmark benchmark, Sizes sizes) {
        out.println("## " + benchmark.name() + ": " + benchmark.description());
        long begun = System.nanoTime();
        try (Scratch scratch = Scratch.make(environment)) {
            out.print(benchmark.run(sizes, scratch).markdown());
            out.println("(" + (System.nanoTime() - begun) / 1_000_000_000 + " s)");
            out.println();
            return true;
        } catch (Exception failed) {
            err.println(benchmark.name() + " broke: " + failed);
            failed.printStackTrace(err);
            return false;
        }
    }

    private void list(PrintStream to) {
        to.println("usage: trivet bench NAME|all [SIZE=NUMBER]...");
        for (Benchmark benchmark : benchmarks) {
            to.printf("  %-12s %s%n", benchmark.name(), benchmark.description());
        }
        to.println("sizes:");
        Sizes.KNOWN.forEach((size, meaning) -> to.printf("  %-12s %s%n", size, meaning));
    }
}
