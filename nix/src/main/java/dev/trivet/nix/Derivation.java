package dev.trivet.nix;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a {@code .drv} file says. Immutable.
 *
 * @param outputs by name
 * @param inputDerivations the outputs that it takes of others, by their paths
 * @param inputSources paths that it takes as they are
 * @param system where it is built, such as {@code x86_64-linux}
 */
public record Derivation(
        Map<String, Output> outputs,
        Map<String, List<String>> inputDerivations,
        List<String> inputSources,
        String system,
        String builder,
        List<String> arguments,
        Map<String, String> environment) {
    public Derivation {
        outputs = Map.copyOf(outputs);
        inputDerivations = Map.copyOf(inputDerivations);
        inputSources = List.copyOf(inputSources);
        Objects.requireNonNull(system, "system is null");
        Objects.requireNonNull(builder, "builder is null");
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /**
     * One of its outputs.
     *
     * @param path empty where it depends on the content
     * @param hashAlgorithm of a fixed output, or empty
     * @param hash of a fixed output, or empty
     */
    public record Output(String path, String hashAlgorithm, String hash) {
        public Output {
            Objects.requireNonNull(path, "path is null");
            Objects.requireNonNull(hashAlgorithm, "hashAlgorithm is null");
            Objects.requireNonNull(hash, "hash is null");
        }
    }

    /**
     * Reads the text of a {@code .drv} file.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Derivation parse(String text) {
        return new DerivationParser(text).parse();
    }

    /** The hash that its only output must have, where that is fixed. */
    public Optional<String> fixedHash() {
        return outputs.values().stream()
                .map(Output::hash)
                .filter(hash -> !hash.isEmpty())
                .findFirst();
    }

    /** What a machine must offer to build it. */
    public Set<String> requiredFeatures() {
        Set<String> features = new TreeSet<>();
        for (String word :
                environment.getOrDefault("requiredSystemFeatures", "").split("\\s+", -1)) {
            if (!word.isEmpty()) {
                features.add(word);
            }
        }
        return features;
    }
}
