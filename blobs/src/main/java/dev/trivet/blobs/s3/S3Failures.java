package dev.trivet.blobs.s3;

import dev.trivet.blobs.BlobException;
import dev.trivet.blobs.BlobStorageFullException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** Failures of the SDK in our words: which bucket at which endpoint, what was answered, and which key to set. */
final class S3Failures {
    private static final Set<String> UNKNOWN_KEYS = Set.of(
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidToken",
            "ExpiredToken",
            "UnrecognizedClientException",
            "InvalidClientTokenId");
    private static final Set<String> OTHER_REGION =
            Set.of("AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException");
    private static final Set<String> FULL = Set.of("XMinioStorageFull", "InsufficientStorage", "QuotaExceeded");
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int MOVED = 301;
    private static final int NO_STORAGE = 507;

    private final S3Settings settings;

    S3Failures(S3Settings settings) {
        this.settings = settings;
    }

    BlobException explained(String what, SdkException failure) {
        String failed = what + " failed in " + settings.place() + ": ";
        return switch (failure) {
            case AwsServiceException answered -> answered(failed, answered);
            case AbortedException interrupted -> new BlobException(failed + "it was interrupted", interrupted);
            default -> new BlobException(failed + unanswered(failure), failure);
        };
    }

    private static String unanswered(SdkException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("credentials")) {
            return "no credentials were found; set blobs.s3.access_key and blobs.s3.secret_key, or what the SDK of AWS looks for"
                    + " (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a role of the machine)";
        }
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return "there was no answer (" + cause.getClass().getSimpleName() + ": " + cause.getMessage()
                + "); check blobs.s3.endpoint and blobs.s3.region, and whether this machine can reach it";
    }

    private BlobException answered(String failed, AwsServiceException failure) {
        AwsErrorDetails details = failure.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String said = failure.statusCode() + (code.isEmpty() ? "" : " " + code) + ", " + message(failure, details);
        if (FULL.contains(code) || failure.statusCode() == NO_STORAGE) {
            return new BlobStorageFullException(settings.place() + ": make room there (" + said + ")", failure);
        }
        return new BlobException(failed + said + "; " + remedy(code, failure.statusCode()), failure);
    }

    private static String message(AwsServiceException failure, AwsErrorDetails details) {
        String message = details == null ? null : details.errorMessage();
        return message == null || message.isBlank() ? String.valueOf(failure.getMessage()) : message;
    }

    private String remedy(String code, int status) {
        if (UNKNOWN_KEYS.contains(code)) {
            return "the credentials are not accepted, check blobs.s3.access_key and blobs.s3.secret_key"
                    + (settings.credentials().isPresent() ? "" : " (not set: the SDK's default chain was asked)");
        }
        if (OTHER_REGION.contains(code) || status == MOVED) {
            return "the bucket is in another region, set blobs.s3.region to it";
        }
        if (code.equals("NoSuchBucket") || status == NOT_FOUND) {
            return "there is no such bucket, create it or set blobs.s3.bucket to one that there is";
        }
        if (status == FORBIDDEN) {
            return "these credentials need s3:ListBucket and s3:ListBucketMultipartUploads for the bucket, and s3:GetObject,"
                    + " s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload for what is in it (blobs.s3.bucket, blobs.s3.prefix,"
                    + " blobs.s3.access_key)";
        }
        return "it was tried several times; if this stays so, ask whoever runs the endpoint";
    }
}
