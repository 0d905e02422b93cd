package dev.trivet.notify;

import java.time.Duration;

/**
 * How deliveries are made.
 *
 * @param poll longest pause between two looks at what is due
 * @param retention how long what is over is kept
 * @param atOnce most deliveries at the same time
 * @param each most of these to one destination
 * @param patience longest time of one attempt; after a quarter more a task whose server has not been heard of is due again
 */
public record CourierSettings(Duration poll, Duration retention, int atOnce, int each, Duration patience) {
    public static final CourierSettings DEFAULT =
            new CourierSettings(Duration.ofSeconds(5), Duration.ofDays(7), 64, 4, Duration.ofSeconds(90));

    public CourierSettings {
        if (!poll.isPositive() || retention.isNegative() || atOnce < 1 || each < 1 || !patience.isPositive()) {
            throw new IllegalArgumentException("deliveries need times and numbers that are not zero");
        }
    }

    /** The same with these times. */
    public CourierSettings with(Duration newPoll, Duration newRetention) {
        return new CourierSettings(newPoll, newRetention, atOnce, each, patience);
    }

    Duration lease() {
        return patience.plus(patience.dividedBy(4));
    }
}
