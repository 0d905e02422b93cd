package dev.trivet.circus;

import dev.trivet.nix.BuilderLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registered machines as Nix is told of them (spec section 5.3). Immutable. */
final class BuilderLines {
    private static final Logger log = LoggerFactory.getLogger(BuilderLines.class);

    private final List<RemoteBuilder> builders;

    /** @param builders those that can be asked */
    BuilderLines(List<RemoteBuilder> builders) {
        this.builders = List.copyOf(builders);
    }

    /** Those that can build for a system and have the features, a line each; one that cannot be written is left out. */
    List<String> of(@Nullable String system, Collection<String> features) {
        List<String> lines = new ArrayList<>();
        for (RemoteBuilder builder : builders) {
            Set<String> offered = new HashSet<>(builder.supportedFeatures());
            offered.addAll(builder.mandatoryFeatures());
            if (builder.systems().contains(Objects.requireNonNullElse(system, ""))
                    && offered.containsAll(features)
                    && features.containsAll(builder.mandatoryFeatures())) {
                line(builder).map(BuilderLine::line).ifPresent(lines::add);
            }
        }
        return lines;
    }

    /** The machine that Nix calls so. */
    static Optional<RemoteBuilder> named(List<RemoteBuilder> builders, String machine) {
        return builders.stream()
                .filter(builder -> builder.sshUri().equals(machine)
                        || line(builder)
                                .filter(line -> line.uri().equals(machine))
                                .isPresent())
                .findFirst();
    }

    private static Optional<BuilderLine> line(RemoteBuilder builder) {
        try {
            return Optional.of(new BuilderLine(
                    builder.sshUri(),
                    builder.systems(),
                    Optional.ofNullable(builder.sshKeyFile()).filter(file -> !file.isBlank()),
                    builder.maxJobs(),
                    builder.speedFactor(),
                    builder.supportedFeatures(),
                    builder.mandatoryFeatures(),
                    Optional.ofNullable(builder.publicHostKey()).filter(key -> !key.isBlank())));
        } catch (IllegalArgumentException wrong) {
            log.warn("the builder {} cannot be used: {}", builder.name(), wrong.getMessage());
            return Optional.empty();
        }
    }
}
