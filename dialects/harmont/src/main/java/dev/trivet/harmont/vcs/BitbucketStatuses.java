package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/** Build statuses of Bitbucket Cloud, with a Code Insights report beside each. */
final class BitbucketStatuses implements StatusClient {
    private static final int LONGEST_KEY = 40;
    private static final int LONGEST_DESCRIPTION = 250;
    private static final int LONGEST_DETAILS = 2000;

    private final ForgeHttp forge;
    private final Map<String, String> headers;

    BitbucketStatuses(ForgeHttp forge, String token) {
        this.forge = requireNonNull(forge, "forge is null");
        this.headers = Map.of("Authorization", authorization(token));
    }

    private static String authorization(String token) {
        return token.contains(":")
                ? "Basic " + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8))
                : "Bearer " + token;
    }

    /** The report is an extra: where it cannot be made, for want of a permission, the status counts. */
    @Override
    public StatusResult send(StatusUpdate update) throws InterruptedException {
        try {
            String commit = "/repositories/" + update.repository() + "/commit/" + update.commit();
            ForgeAnswer status = forge.send("POST", commit + "/statuses/build", headers, status(update));
            if (!status.isGood()) {
                return status.failure();
            }
            ForgeAnswer report = forge.send("PUT", commit + "/reports/" + key(update), headers, report(update));
            return report.isGood() || report.failure() instanceof StatusResult.GiveUp
                    ? new StatusResult.Done(null)
                    : report.failure();
        } catch (IOException e) {
            return new StatusResult.Retry(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, Object> status(StatusUpdate update) {
        return Map.of(
                "key", key(update),
                "name", update.context(),
                "state", state(update.state()),
                "url", update.report().page().toString(),
                "description", update.line(LONGEST_DESCRIPTION));
    }

    private static Map<String, Object> report(StatusUpdate update) {
        return Map.of(
                "title", update.context(),
                "details", update.line(LONGEST_DETAILS),
                "report_type", "TEST",
                "reporter", "Trivet",
                "external_id", update.report().id().toString(),
                "link", update.report().page().toString(),
                "result", result(update.state()));
    }

    /** The name within 40 characters; also part of an address, so nothing but what needs no escape there. */
    private static String key(StatusUpdate update) {
        byte[] hash = Signatures.sha256(update.context().getBytes(StandardCharsets.UTF_8));
        String readable = update.context().replaceAll("[^A-Za-z0-9_-]", "-");
        String suffix = "-" + HexFormat.of().formatHex(hash, 0, 6);
        return readable.substring(0, Math.min(readable.length(), LONGEST_KEY - suffix.length())) + suffix;
    }

    private static String state(CheckState state) {
        return switch (state) {
            case QUEUED, RUNNING -> "INPROGRESS";
            case PASSED, NEUTRAL -> "SUCCESSFUL";
            case FAILED -> "FAILED";
            case CANCELED -> "STOPPED";
        };
    }

    private static String result(CheckState state) {
        return switch (state) {
            case QUEUED, RUNNING -> "PENDING";
            case PASSED, NEUTRAL -> "PASSED";
            case FAILED, CANCELED -> "FAILED";
        };
    }
}
