package dev.trivet.bench;

/** One benchmark: takes a minute at most with its default sizes, and measures its baseline in the same run. */
interface Benchmark {
    /** The word that names it on the command line. */
    String name();

    /** One line for people: what it measures, against what. */
    String description();

    /** Measures. */
    Table run(Sizes sizes, Scratch scratch) throws Exception;
}
