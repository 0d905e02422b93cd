package dev.trivet.server;

import dev.trivet.nix.EvaluationPolicy;
import dev.trivet.nix.Nix;
import dev.trivet.nix.NixException;
import dev.trivet.nix.NixJobs;
import dev.trivet.nix.NixOffer;
import dev.trivet.nix.StoreCommands;
import dev.trivet.runner.NixWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Nix of a runner's machine.
 *
 * @param offers what the runner offers because of it
 * @param store what is done with what was built
 */
record NixHost(NixWork work, Set<String> offers, StoreCommands store) {
    private static final Logger log = LoggerFactory.getLogger(NixHost.class);

    NixHost {
        Objects.requireNonNull(work, "work is null");
        offers = Set.copyOf(offers);
        Objects.requireNonNull(store, "store is null");
    }

    /** The word by which evaluations name its store. */
    String storeName() {
        return offers.stream()
                .filter(word -> word.startsWith(NixOffer.STORE))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a store without a name"));
    }

    /** Looks for it; empty where there is none or the operator does not want it. */
    static Optional<NixHost> find(Settings settings, InstantSource clock) throws IOException {
        if (!settings.nix().wanted()) {
            return Optional.empty();
        }
        Nix nix;
        try {
            nix = Nix.find(settings.nix().path(), settings.nix().environment());
        } catch (NixException absent) {
            log.info("no evaluations and builds of Nix here: {}", absent.getMessage());
            return Optional.empty();
        }
        Path work = Files.createDirectories(settings.data().resolve("nix")).toRealPath();
        log.info("Nix {} evaluates and builds in {}", nix.version(), nix.storeDirectory());
        var policy = new EvaluationPolicy(settings.nix().sandboxRequired(), EvaluationPolicy.USUAL.network());
        try {
            return Optional.of(
                    new NixHost(NixJobs.of(nix, work, clock, policy), NixOffer.of(nix), new StoreCommands(nix)));
        } catch (NixException refused) {
            throw new IOException(refused.getMessage() + ", or set evaluator.require_sandbox to false", refused);
        }
    }
}
