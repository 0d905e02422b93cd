package dev.trivet.server;

import dev.trivet.circus.BuildSettings;
import dev.trivet.circus.EvaluationSettings;
import dev.trivet.circus.GarbageSettings;
import dev.trivet.circus.channel.ChannelSettings;
import java.time.Duration;
import java.util.Objects;

/** What the configuration says of evaluations, builds, garbage and channels of the Circus dialect. */
public record BuildKeys(
        EvaluationSettings evaluation, BuildSettings build, GarbageSettings garbage, ChannelSettings channels) {
    private static final int MOST_EVALUATIONS = 1000;
    private static final int MOST_DAYS = 100_000;
    private static final int MOST_HISTORY = 1000;

    public BuildKeys {
        Objects.requireNonNull(evaluation, "evaluation is null");
        Objects.requireNonNull(build, "build is null");
        Objects.requireNonNull(garbage, "garbage is null");
        Objects.requireNonNull(channels, "channels is null");
    }

    static BuildKeys read(Configuration configuration) {
        int history = configuration.number(Keys.CHANNEL_HISTORY, 1, MOST_HISTORY);
        return new BuildKeys(
                new EvaluationSettings(
                        time(configuration, Keys.EVALUATOR_POLL),
                        time(configuration, Keys.GIT_TIMEOUT),
                        time(configuration, Keys.NIX_TIMEOUT),
                        configuration.number(Keys.EVALUATIONS, 0, MOST_EVALUATIONS),
                        configuration.flag(Keys.RESTRICT_EVAL),
                        configuration.flag(Keys.ALLOW_IFD),
                        time(configuration, Keys.TAKEOVER),
                        configuration.flag(Keys.ONLY_LATEST)),
                new BuildSettings(
                        time(configuration, Keys.BUILD_TIMEOUT),
                        configuration.duration(Keys.MAX_SILENT).orElse(Duration.ZERO),
                        configuration.size(Keys.BUILD_LOG),
                        configuration.flag(Keys.FAILED_PATHS)
                                ? time(configuration, Keys.FAILED_PATHS_TTL)
                                : Duration.ZERO,
                        configuration.duration(Keys.UNSUPPORTED).filter(Duration::isPositive)),
                new GarbageSettings(
                        configuration.flag(Keys.GARBAGE),
                        Duration.ofDays(configuration.number(Keys.GARBAGE_AGE, 0, MOST_DAYS)),
                        time(configuration, Keys.GARBAGE_INTERVAL),
                        history),
                new ChannelSettings(configuration.optional(Keys.CACHE_URL), history));
    }

    private static Duration time(Configuration configuration, Key key) {
        return configuration
                .duration(key)
                .filter(Duration::isPositive)
                .orElseThrow(() -> configuration.wrong(key, "a time longer than nothing"));
    }
}
