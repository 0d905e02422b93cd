package dev.trivet.server;

import dev.trivet.circus.SecretBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the secrets of webhooks are encrypted with, if the configuration says it. */
final class WebhookKey {
    private static final int SHORTEST = 16;

    private WebhookKey() {}

    /** @throws SettingsException for a key that is too short, or a file that cannot be read */
    static SecretBox read(Configuration configuration) {
        Optional<String> key = configuration.optional(Keys.WEBHOOK_KEY);
        if (key.isEmpty()) {
            key = configuration.optional(Keys.WEBHOOK_KEY_FILE).map(file -> read(configuration, file));
        }
        key.filter(text -> text.length() < SHORTEST).ifPresent(tooShort -> {
            // The value is a secret: it is not repeated.
            throw new SettingsException(Keys.WEBHOOK_KEY.path() + " has " + tooShort.length()
                    + " characters, expected at least " + SHORTEST + "; make one with: openssl rand -hex 32");
        });
        return key.map(SecretBox::locked).orElse(SecretBox.OPEN);
    }

    private static String read(Configuration configuration, String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException unreadable) {
            throw configuration.wrong(Keys.WEBHOOK_KEY_FILE, "a file that can be read (" + unreadable + ")");
        }
    }
}
