package dev.trivet.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program {@code wrk}, which asks a server as often as it can. */
final class Wrk {
    private static final Pattern REQUESTS = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern TRANSFER = Pattern.compile("Transfer/sec:\\s+([0-9.]+)([KMGT]?)B");
    private static final String UNITS = "KMGT";
    private static final long PATIENCE_SECONDS = 60;

    private Wrk() {}

    /** What it found. */
    record Result(double requestsPerSecond, double bytesPerSecond) {}

    /** Whether it is installed. */
    static boolean isThere() {
        return Nginx.isInstalled("wrk");
    }

    /**
     * Asks for one address over and over.
     *
     * @throws IOException if an answer was an error
     */
    static Result ask(URI address, int connections, int seconds) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", address.toString()))
                .redirectErrorStream(true)
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || said.contains("Non-2xx")) {
                throw new IOException("not all was answered: " + said);
            }
            return new Result(number(REQUESTS, said), number(TRANSFER, said));
        } finally {
            process.destroyForcibly();
        }
    }

    private static double number(Pattern pattern, String said) throws IOException {
        Matcher found = pattern.matcher(said);
        if (!found.find()) {
            throw new IOException("wrk said: " + said);
        }
        int power = found.groupCount() < 2 || found.group(2).isEmpty() ? 0 : UNITS.indexOf(found.group(2)) + 1;
        return Double.parseDouble(found.group(1).toLowerCase(Locale.ROOT)) * Math.pow(1024, power);
    }
}
