package dev.trivet.cli.api;

import java.time.Duration;

/**
 * How often to look at a server: at once after news, then less and less.
 *
 * @param shortest pause after news
 * @param longest pause when there is no news for long
 */
public record Pacing(Duration shortest, Duration longest) {
    /** For a server of this very process or machine. */
    public static final Pacing NEAR = new Pacing(Duration.ofMillis(15), Duration.ofMillis(150));

    /** For a server that others use too. */
    public static final Pacing FAR = new Pacing(Duration.ofMillis(250), Duration.ofSeconds(1));

    /** The pause that follows {@code last}. */
    Duration next(Duration last, boolean news) {
        if (news || last.compareTo(shortest) < 0) {
            return shortest;
        }
        Duration longer = last.multipliedBy(3).dividedBy(2);
        return longer.compareTo(longest) > 0 ? longest : longer;
    }
}
