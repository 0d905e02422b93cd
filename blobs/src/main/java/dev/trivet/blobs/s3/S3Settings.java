package dev.trivet.blobs.s3;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a bucket is and who asks for it.
 *
 * @param endpoint of a server that is not Amazon's, http or https
 * @param prefix what every key begins with: empty, or ending in a slash
 * @param pathStyle whether the bucket stands in the path, not in the host name
 * @param credentials otherwise the SDK's default chain is asked: environment, profile, container, machine
 */
public record S3Settings(
        String bucket,
        String region,
        Optional<URI> endpoint,
        String prefix,
        boolean pathStyle,
        Optional<Credentials> credentials) {
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern PREFIX = Pattern.compile("(?:[A-Za-z0-9._-]{1,200}/){0,8}");

    public S3Settings {
        requireNonNull(endpoint, "endpoint is null");
        requireNonNull(credentials, "credentials is null");
        expect(isBucket(bucket), "'" + bucket + "' is no name of a bucket");
        expect(isRegion(region), "'" + region + "' is no region");
        expect(isPrefix(prefix), "'" + prefix + "' is no prefix");
    }

    /** Whether it can be a bucket's name: 2 to 255 letters, digits, dots, hyphens and underscores. */
    public static boolean isBucket(String text) {
        return BUCKET.matcher(text).matches();
    }

    /** Whether it can be a region's name. */
    public static boolean isRegion(String text) {
        return REGION.matcher(text).matches();
    }

    /** Whether it is a prefix of keys: nothing, or words of letters, digits, dots, hyphens and underscores, each with a slash after it. */
    public static boolean isPrefix(String text) {
        return PREFIX.matcher(text).matches();
    }

    /** A key pair; its text form does not show the secret. */
    public record Credentials(String accessKey, String secretKey) {
        public Credentials {
            requireNonNull(accessKey, "accessKey is null");
            requireNonNull(secretKey, "secretKey is null");
        }

        @Override
        public String toString() {
            return "access key " + accessKey;
        }
    }

    /** The place, for messages. */
    public String place() {
        return "bucket '" + bucket + "' at "
                + endpoint.map(URI::toString).orElse("Amazon S3, region " + region)
                + (prefix.isEmpty() ? "" : ", prefix '" + prefix + "'");
    }

    private static void expect(boolean fulfilled, String message) {
        if (!fulfilled) {
            throw new IllegalArgumentException(message);
        }
    }
}
