package dev.trivet.nix;

import dev.trivet.nix.Realised.Kind;
import java.util.regex.Pattern;

/** Tells by what Nix says why a build failed. */
final class FailureKinds {
    private static final Pattern LOG_LIMIT = Pattern.compile("killed after writing more than \\d+ bytes of log output");
    private static final Pattern SILENCE = Pattern.compile("timed out after \\d+ seconds of silence");
    private static final Pattern TIME = Pattern.compile("timed out after \\d+ seconds");
    private static final Pattern REJECTED = Pattern.compile("failed to produce output path|is not allowed to refer");
    private static final Pattern UNSUPPORTED = Pattern.compile(
            "is required to build|required system or feature|machines may not have all required system features");
    private static final Pattern BUILDER = Pattern.compile("builder for '[^']+' failed (?:with exit code|due to)");

    private FailureKinds() {}

    /**
     * Of a build here.
     *
     * @param errors all that was said
     * @param own whether it is the asked one's
     * @param unreachable whether a machine could not be asked that might have built it
     */
    static Kind here(int code, String errors, boolean own, boolean unreachable) {
        if (LOG_LIMIT.matcher(errors).find()) {
            return blamed(Kind.LOG_LIMIT, own);
        }
        return switch (code) {
            case 100 -> blamed(Kind.BUILD_FAILED, own);
            case 101 -> blamed(SILENCE.matcher(errors).find() ? Kind.SILENT : Kind.TIMED_OUT, own);
            case 102 -> blamed(Kind.HASH_MISMATCH, own);
            case 104 -> Kind.NOT_DETERMINISTIC;
            default -> {
                if (UNSUPPORTED.matcher(errors).find()) {
                    yield unreachable ? Kind.INFRASTRUCTURE : Kind.UNSUPPORTED;
                }
                yield REJECTED.matcher(errors).find() ? blamed(Kind.OUTPUT_REJECTED, own) : Kind.INFRASTRUCTURE;
            }
        };
    }

    /**
     * Of a build on another machine: the exit code is that of Nix' messenger, whatever happened.
     *
     * @param error what the machine said
     */
    static Kind elsewhere(String error, boolean own) {
        if (LOG_LIMIT.matcher(error).find()) {
            return blamed(Kind.LOG_LIMIT, own);
        }
        if (SILENCE.matcher(error).find()) {
            return blamed(Kind.SILENT, own);
        }
        if (TIME.matcher(error).find()) {
            return blamed(Kind.TIMED_OUT, own);
        }
        if (error.contains("hash mismatch in fixed-output derivation")) {
            return blamed(Kind.HASH_MISMATCH, own);
        }
        if (error.contains("may not be deterministic")) {
            return Kind.NOT_DETERMINISTIC;
        }
        if (REJECTED.matcher(error).find()) {
            return blamed(Kind.OUTPUT_REJECTED, own);
        }
        if (UNSUPPORTED.matcher(error).find()) {
            return Kind.UNSUPPORTED;
        }
        return BUILDER.matcher(error).find() ? blamed(Kind.BUILD_FAILED, own) : Kind.INFRASTRUCTURE;
    }

    private static Kind blamed(Kind kind, boolean own) {
        return own ? kind : Kind.DEPENDENCY_FAILED;
    }
}
