package dev.trivet.cli.api;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Waits for a server that restarts, is busy or cannot be reached for a while: longer and longer, for {@link #MOST} failures in a row,
 * about a minute. For one thread.
 */
public final class Patience {
    /** How many failures in a row are borne. */
    public static final int MOST = 16;

    private static final Pacing PACING = new Pacing(Duration.ofMillis(250), Duration.ofSeconds(5));

    private final Pause pause;
    private final Consumer<String> trouble;
    private Duration wait = Duration.ZERO;
    private int failures;

    /** @param trouble hears of the first failure of a row */
    public Patience(Pause pause, Consumer<String> trouble) {
        this.pause = Objects.requireNonNull(pause, "pause is null");
        this.trouble = Objects.requireNonNull(trouble, "trouble is null");
    }

    /** The server answered. */
    public void rewarded() {
        failures = 0;
        wait = Duration.ZERO;
    }

    /** Waits before the next try; throws what came if trying again cannot help, or was tried often enough. */
    public void with(IOException failure) throws IOException, InterruptedException {
        if (++failures >= MOST) {
            throw failure;
        }
        await(failure);
    }

    /** The same for an answer that was not wanted. */
    public void with(ApiException refusal) throws ApiException, InterruptedException {
        boolean temporary = switch (refusal.status()) {
            case 429, 502, 503, 504 -> true;
            default -> false;
        };
        if (!temporary || ++failures >= MOST) {
            throw refusal;
        }
        await(refusal);
    }

    private void await(Exception reason) throws InterruptedException {
        if (failures == 1) {
            trouble.accept(String.valueOf(reason.getMessage()));
        }
        wait = PACING.next(wait, false);
        pause.of(wait);
    }
}
