package dev.trivet.server;

import dev.trivet.blobs.BlobStore;
import dev.trivet.blobs.DirectoryBlobStore;
import dev.trivet.blobs.s3.S3BlobStore;
import dev.trivet.blobs.s3.S3Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** Where the configuration says that blobs are kept. */
final class BlobKeys {
    private BlobKeys() {}

    /** Empty for the data directory. */
    static Optional<S3Settings> read(Configuration configuration) {
        return switch (configuration.text(Keys.BLOBS)) {
            case "directory" -> unused(configuration);
            case "s3" -> Optional.of(s3(configuration));
            default -> throw configuration.wrong(Keys.BLOBS, "directory or s3");
        };
    }

    /** Who names a bucket and forgets to say that it is used would find out late. */
    private static Optional<S3Settings> unused(Configuration configuration) {
        if (configuration.optional(Keys.S3_BUCKET).isPresent()) {
            throw configuration.wrong(Keys.BLOBS, "s3, as " + Keys.S3_BUCKET.path() + " is set");
        }
        return Optional.empty();
    }

    private static S3Settings s3(Configuration configuration) {
        expect(
                configuration,
                Keys.S3_BUCKET,
                S3Settings.isBucket(configuration.text(Keys.S3_BUCKET)),
                "the name of a bucket");
        expect(
                configuration,
                Keys.S3_REGION,
                S3Settings.isRegion(configuration.text(Keys.S3_REGION)),
                "a region such as eu-central-1");
        expect(
                configuration,
                Keys.S3_PREFIX,
                S3Settings.isPrefix(configuration.text(Keys.S3_PREFIX)),
                "nothing, or words that each end in a slash, such as trivet/");
        Optional<URI> endpoint = configuration.optional(Keys.S3_ENDPOINT).map(address -> address(configuration));
        boolean pathStyle = switch (configuration.text(Keys.S3_PATH_STYLE)) {
            case "auto" -> endpoint.isPresent();
            case "true" -> true;
            case "false" -> false;
            default -> throw configuration.wrong(Keys.S3_PATH_STYLE, "true, false or auto");
        };
        return new S3Settings(
                configuration.text(Keys.S3_BUCKET),
                configuration.text(Keys.S3_REGION),
                endpoint,
                configuration.text(Keys.S3_PREFIX),
                pathStyle,
                credentials(configuration));
    }

    private static URI address(Configuration configuration) {
        expect(
                configuration,
                Keys.S3_ENDPOINT,
                configuration.text(Keys.S3_ENDPOINT).matches("https?://[A-Za-z0-9.\\[\\]:-]+/?"),
                "an address such as https://host:9000, without a path");
        return URI.create(configuration.text(Keys.S3_ENDPOINT));
    }

    private static Optional<S3Settings.Credentials> credentials(Configuration configuration) {
        Optional<String> access = configuration.optional(Keys.S3_ACCESS_KEY);
        Optional<String> secret = configuration.optional(Keys.S3_SECRET_KEY);
        if (access.isPresent() != secret.isPresent()) {
            // Neither is repeated.
            throw new SettingsException(Keys.S3_ACCESS_KEY.path() + " and " + Keys.S3_SECRET_KEY.path()
                    + " belong together: set both, or neither");
        }
        return access.map(key -> new S3Settings.Credentials(key, secret.orElseThrow()));
    }

    private static void expect(Configuration configuration, Key key, boolean fulfilled, String expected) {
        if (!fulfilled) {
            throw configuration.wrong(key, expected);
        }
    }

    /** @throws IOException if it cannot be used; the message says what to do */
    static BlobStore open(Settings settings, InstantSource clock) throws IOException {
        // Of S3 nothing is loaded where it is not used.
        Path directory = settings.data().resolve("blobs");
        return settings.s3().isPresent()
                ? S3BlobStore.open(settings.s3().get(), directory, clock)
                : DirectoryBlobStore.open(directory, clock);
    }
}
