package dev.trivet.blobs.s3;

import static java.util.Objects.requireNonNull;

import dev.trivet.blobs.BlobException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the store does with its bucket, one request each, with keys below its prefix and failures in our words. Thread-safe. */
final class Bucket implements AutoCloseable {
    /** Requests that are throttled, answered with 5xx or not at all are tried this often, with growing pauses between. */
    private static final int ATTEMPTS = 5;

    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration SMALL_REQUEST = Duration.ofMinutes(2);
    /** What a collection of garbage counts on, see {@link CollectionWindows}. */
    static final Duration DELETION = Duration.ofSeconds(30);

    private static final int NOT_FOUND = 404;

    private final S3Settings settings;
    private final S3Client client;
    private final S3Failures failures;

    Bucket(S3Settings settings) {
        this.settings = requireNonNull(settings, "settings is null");
        this.failures = new S3Failures(settings);
        this.client = client(settings);
    }

    private static S3Client client(S3Settings settings) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                // Of ours are the hashes that matter. Servers that are not Amazon's often do not know the SDK's own.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECTING)
                        .socketTimeout(SILENCE))
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.standardStrategyBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build())
                        .defaultProfileName(System.getenv().getOrDefault("AWS_PROFILE", "default")));
        settings.endpoint().ifPresent(builder::endpointOverride);
        settings.credentials()
                .ifPresent(pair -> builder.credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(pair.accessKey(), pair.secretKey()))));
        return builder.build();
    }

    /** An object as a list of them has it. */
    record Item(String key, long size, Instant modified) {}

    /**
     * A part of a list, in the order of the keys.
     *
     * @param time by the clock of S3
     */
    record Page(List<Item> items, @Nullable String next, Instant time) {}

    /** @param from a page's next, or null for the first page after {@code after} */
    Page list(String prefix, @Nullable String after, @Nullable String from) throws BlobException {
        ListObjectsV2Response page = call(
                "listing",
                () -> client.listObjectsV2(request -> request.bucket(settings.bucket())
                        .prefix(key(prefix))
                        .startAfter(after == null || from != null ? null : key(after))
                        .continuationToken(from)
                        .overrideConfiguration(override -> override.apiCallTimeout(SMALL_REQUEST))));
        List<Item> items = page.contents().stream()
                .map(object -> new Item(
                        object.key().substring(settings.prefix().length()), object.size(), object.lastModified()))
                .toList();
        return new Page(
                items, Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null, time(page));
    }

    private static Instant time(ListObjectsV2Response page) {
        try {
            return page.sdkHttpResponse()
                    .firstMatchingHeader("Date")
                    .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)))
                    .orElseGet(Instant::now);
        } catch (DateTimeException unreadable) {
            return Instant.now();
        }
    }

    /** Size of an object; empty if there is none. */
    Optional<Long> size(String key) throws BlobException {
        try {
            HeadObjectResponse head = client.headObject(request -> request.bucket(settings.bucket())
                    .key(key(key))
                    .overrideConfiguration(override -> override.apiCallTimeout(SMALL_REQUEST)));
            return Optional.of(head.contentLength());
        } catch (S3Exception answered) {
            if (answered.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw failures.explained("looking for " + key, answered);
        } catch (SdkException failed) {
            throw failures.explained("looking for " + key, failed);
        }
    }

    /**
     * The bytes from {@code from} to the last one, {@code last}.
     *
     * @throws S3Exception as it was answered, for the reader to judge
     */
    ResponseInputStream<GetObjectResponse> read(String key, long from, long last) {
        return client.getObject(
                request -> request.bucket(settings.bucket()).key(key(key)).range("bytes=" + from + "-" + last));
    }

    /** Makes an empty object. */
    void mark(String key) throws BlobException {
        call(
                "writing " + key,
                () -> client.putObject(
                        request -> request.bucket(settings.bucket())
                                .key(key(key))
                                .overrideConfiguration(override -> override.apiCallTimeout(SMALL_REQUEST)),
                        RequestBody.empty()));
    }

    void delete(String key) throws BlobException {
        call(
                "deleting " + key,
                () -> client.deleteObject(request -> request.bucket(settings.bucket())
                        .key(key(key))
                        .overrideConfiguration(override -> override.apiCallTimeout(DELETION))));
    }

    /**
     * Deletes up to 1,000 objects with one request that ends within {@link #DELETION}, one way or the other. One that is not there counts as
     * deleted.
     *
     * @throws BlobException if any could not be deleted
     */
    void delete(List<String> keys) throws BlobException {
        List<ObjectIdentifier> named = keys.stream()
                .map(key -> ObjectIdentifier.builder().key(key(key)).build())
                .toList();
        DeleteObjectsResponse response = call(
                "deleting",
                () -> client.deleteObjects(request -> request.bucket(settings.bucket())
                        .delete(delete -> delete.objects(named).quiet(true))
                        .overrideConfiguration(override -> override.apiCallTimeout(DELETION))));
        if (!response.errors().isEmpty()) {
            var first = response.errors().getFirst();
            throw new BlobException(response.errors().size() + " of " + keys.size() + " objects of " + settings.place()
                    + " could not be deleted; of the first, " + first.key() + ", it was said: " + first.code() + ", "
                    + first.message());
        }
    }

    /** Makes a request that this class has no method for. */
    <T> T with(String what, Call<T> request) throws BlobException {
        return call(what, () -> request.make(client));
    }

    /** A request. */
    @FunctionalInterface
    interface Call<T> {
        T make(S3Client client);
    }

    String name() {
        return settings.bucket();
    }

    /** The whole key of one of ours. */
    String key(String ours) {
        return settings.prefix() + ours;
    }

    BlobException explained(String what, SdkException failure) {
        return failures.explained(what, failure);
    }

    private <T> T call(String what, Supplier<T> request) throws BlobException {
        try {
            return request.get();
        } catch (SdkException failed) {
            throw failures.explained(what, failed);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return settings.place();
    }
}
