package dev.trivet.circus.channel;

import java.util.Objects;
import java.util.Optional;

/**
 * What the operator decides of channels.
 *
 * @param cacheUrl where what was built is substituted from; empty for this server's own cache
 * @param history how many of a channel's last promotions keep their files, at least one
 */
public record ChannelSettings(Optional<String> cacheUrl, int history) {
    public ChannelSettings {
        Objects.requireNonNull(cacheUrl, "cacheUrl is null");
        if (history < 1) {
            throw new IllegalArgumentException("history is at least 1, not " + history);
        }
    }
}
