package dev.trivet.circus;

import dev.trivet.core.json.Json;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks Nix what a repository offers (spec section 2.4): for at most 60 seconds and 10 MiB, two repositories at a time, each with a store of
 * its own. Evaluation is pure: the flake reads nothing of this machine. Thread-safe.
 */
final class FlakeProbe {
    private static final Logger LOG = LoggerFactory.getLogger(FlakeProbe.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int OUTPUT_LIMIT = 10 << 20;
    private static final int AT_ONCE = 2;
    private static final Pattern NO_FLAKE = Pattern.compile(
            "flake\\.nix'?:? ?(?:file)?.*(?:No such file|does not exist|not found)|does not contain a.*flake\\.nix|is not a flake");

    private final Validation validation;
    private final String program;
    private final Duration timeout;
    private final Semaphore slots = new Semaphore(AT_ONCE);

    FlakeProbe(Validation validation) {
        this(validation, "nix", TIMEOUT);
    }

    /** @param program looked for on the PATH if it is no path */
    FlakeProbe(Validation validation, String program, Duration timeout) {
        this.validation = Objects.requireNonNull(validation, "validation is null");
        this.program = Objects.requireNonNull(program, "program is null");
        this.timeout = Objects.requireNonNull(timeout, "timeout is null");
    }

    /**
     * What is there.
     *
     * @param url that passed {@link Validation#repositoryUrl}
     * @throws HttpException 400 if it leads inside, 408 after the time, 422 if Nix cannot tell, 503 if too many are being asked
     */
    ProbeResult probe(String url, @Nullable String revision) throws IOException, InterruptedException {
        try {
            validation.refuseInside("repository_url", url);
        } catch (UnknownHostException unknown) {
            throw failed("repository_url: its host is not known; check the address");
        }
        if (!slots.tryAcquire()) {
            throw HttpException.of(
                    Problem.Kind.TOO_MANY, AT_ONCE + " repositories are being asked already; try again in a minute");
        }
        try {
            return read(show(FlakeRef.of(url, revision)), url);
        } finally {
            slots.release();
        }
    }

    private BoundedProcess.Ending show(String ref) throws IOException, InterruptedException {
        try (ProbeDirectory directory = ProbeDirectory.create()) {
            ProcessBuilder nix = new ProcessBuilder(List.of(
                    program,
                    "--extra-experimental-features",
                    "nix-command flakes",
                    "--option",
                    "allow-import-from-derivation",
                    "false",
                    "--option",
                    "accept-flake-config",
                    "false",
                    "--option",
                    "substituters",
                    "",
                    "--option",
                    "flake-registry",
                    "",
                    "flake",
                    "show",
                    "--json",
                    "--no-write-lock-file",
                    "--",
                    ref));
            directory.fill(nix.environment());
            return start(nix);
        }
    }

    private BoundedProcess.Ending start(ProcessBuilder nix) throws InterruptedException {
        try {
            return BoundedProcess.run(nix, timeout, OUTPUT_LIMIT);
        } catch (IOException missing) {
            LOG.debug("nix cannot be started", missing);
            throw failed("Nix cannot be started on this server (" + missing.getMessage()
                    + "); install it, on Debian with: apt install nix-bin");
        }
    }

    private ProbeResult read(BoundedProcess.Ending ending, String url) {
        return switch (ending) {
            case BoundedProcess.Ending.TimedOut() ->
                throw CircusErrors.of(
                        ErrorCode.TIMEOUT,
                        "the repository could not be looked at within " + timeout.toSeconds() + " seconds");
            case BoundedProcess.Ending.TooMuch() ->
                throw failed("the flake has more outputs than the 10 MiB that are read; name its jobsets by hand");
            case BoundedProcess.Ending.Exited(int code, String output, String error) ->
                code == 0 ? shown(output, url) : refused(error, url);
        };
    }

    private static ProbeResult shown(String output, String url) {
        try {
            JsonNode json = Json.MAPPER.readTree(output);
            return FlakeOutputs.of(json, url);
        } catch (JacksonException malformed) {
            throw failed("Nix did not answer with JSON: " + malformed.getOriginalMessage());
        }
    }

    private static ProbeResult refused(String error, String url) {
        String text = error.replaceAll("\u001b\\[[0-9;]*m", "").strip();
        String reason = text.substring(Math.max(0, text.indexOf("error:")));
        if (NO_FLAKE.matcher(reason).find()) {
            return ProbeResult.noFlake(url, "the repository is no flake: it has no flake.nix at its root");
        }
        throw failed("Nix cannot evaluate the repository: " + (reason.isEmpty() ? "it said nothing" : reason));
    }

    private static HttpException failed(String why) {
        return CircusErrors.of(ErrorCode.NIX_EVAL_ERROR, why);
    }
}
