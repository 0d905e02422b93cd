package dev.trivet.server;

/** The configuration says something that cannot be. The message names the key, what was seen and what was expected. */
public final class SettingsException extends RuntimeException {
    public SettingsException(String message) {
        super(message);
    }
}
