package dev.trivet.circus;

/** The words for what went wrong, with their HTTP statuses (spec section 2.1). */
public enum ErrorCode {
    VALIDATION_ERROR(400),
    UNAUTHORIZED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    TIMEOUT(408),
    CONFLICT(409),
    NIX_EVAL_ERROR(422),
    BUILD_ERROR(422),
    CONFIG_ERROR(500),
    INTERNAL_ERROR(500),
    DATABASE_UNAVAILABLE(503),
    DISK_FULL(507);

    private final int status;

    ErrorCode(int status) {
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
