package dev.trivet.blobs.s3;

import com.robothy.s3.rest.LocalS3;
import com.robothy.s3.rest.bootstrap.LocalS3Mode;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A server of S3 in this process, a bucket in it, and something before it that makes trouble. */
final class TestS3 implements AutoCloseable {
    private final LocalS3 server;
    final FlakyS3 flaky;
    final S3Client client;
    final String bucket = "blobs-" + UUID.randomUUID();

    TestS3() throws IOException {
        server = LocalS3.builder().port(-1).mode(LocalS3Mode.IN_MEMORY).build();
        server.start();
        flaky = new FlakyS3(server.getPort());
        client = S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + server.getPort()))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        client.createBucket(request -> request.bucket(bucket));
    }

    S3Settings settings() {
        return new S3Settings(
                bucket,
                "us-east-1",
                Optional.of(flaky.uri()),
                "ci/",
                true,
                Optional.of(new S3Settings.Credentials("key", "secret")));
    }

    @Override
    public void close() {
        client.close();
        flaky.close();
        server.shutdown();
    }
}
