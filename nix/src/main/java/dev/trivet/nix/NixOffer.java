package dev.trivet.nix;

import dev.trivet.core.json.Json;
import dev.trivet.core.plan.NixSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What a runner with Nix offers to jobs, as words: that it has Nix, which store, and which systems and features Nix builds for. */
public final class NixOffer {
    /** What stands before the name of a store: derivations are only where they were made. */
    public static final String STORE = "store:";

    private static final Logger log = LoggerFactory.getLogger(NixOffer.class);
    private static final int LARGEST_ANSWER = 1 << 20;

    private NixOffer() {}

    /** Of a Nix; asks it for its settings. */
    public static Set<String> of(Nix nix) {
        Set<String> words = new TreeSet<>();
        words.add(NixSpec.REQUIREMENT);
        words.add(STORE + storeName(nix));
        JsonNode settings = settings(nix);
        add(words, settings.path("system").path("value"));
        add(words, settings.path("extra-platforms").path("value"));
        add(words, settings.path("system-features").path("value"));
        return words;
    }

    private static void add(Set<String> words, JsonNode values) {
        if (values.isString()) {
            words.add(values.stringValue());
        }
        values.forEach(value -> words.add(value.stringValue("")));
        words.removeIf(word -> !word.matches("[A-Za-z0-9][A-Za-z0-9_.:/=+-]{0,127}"));
    }

    private static JsonNode settings(Nix nix) {
        for (List<String> question : List.of(List.of("show-config"), List.of("config", "show"))) {
            List<String> command =
                    new ArrayList<>(List.of(nix.program("nix"), "--extra-experimental-features", "nix-command"));
            command.addAll(question);
            command.add("--json");
            try {
                Process process = Launcher.HOST.start(command, nix.environment(), Path.of("/"));
                try {
                    process.getOutputStream().close();
                    process.getErrorStream().close();
                    return Json.MAPPER.readTree(
                            new String(process.getInputStream().readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8));
                } finally {
                    Ending.now(process);
                }
            } catch (IOException | JacksonException unanswered) {
                log.debug("nix does not answer {}", question, unanswered);
            }
        }
        log.warn("Nix does not say which systems it builds for: this runner takes evaluations only");
        return Json.MAPPER.createObjectNode();
    }

    /** The same for all runners of one store: written beside it, where that is allowed; otherwise made of the machine's name. */
    private static String storeName(Nix nix) {
        Path file = nix.stateDirectory().resolve("trivet-store");
        try {
            try {
                Files.writeString(file, UUID.randomUUID().toString(), java.nio.file.StandardOpenOption.CREATE_NEW);
            } catch (FileAlreadyExistsException known) {
                log.debug("the store has a name already", known);
            }
            return UUID.fromString(Files.readString(file).strip()).toString();
        } catch (IOException | IllegalArgumentException unwritable) {
            log.debug("the store has no name of its own", unwritable);
            return UUID.nameUUIDFromBytes((machine() + nix.storeDirectory()).getBytes(StandardCharsets.UTF_8))
                    .toString();
        }
    }

    private static String machine() {
        try {
            return Files.readString(Path.of("/etc/machine-id")).strip();
        } catch (IOException none) {
            return System.getenv().getOrDefault("HOSTNAME", "");
        }
    }
}
