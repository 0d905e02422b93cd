package dev.trivet.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not answered as it wished. The {@link ErrorShape} of the route's group makes the response of it.
 *
 * @param kind what went wrong, for shapes that map it on codes of their own
 * @param status the HTTP status, unless the shape knows better
 * @param code the dialect's own word for it, if a handler set one
 * @param details what to tell, at least one
 * @param headers headers that belong to the answer, such as {@code Allow}
 */
public record Problem(Kind kind, int status, @Nullable String code, List<Detail> details, List<Header> headers) {
    public Problem {
        Objects.requireNonNull(kind, "kind is null");
        details = List.copyOf(details);
        headers = List.copyOf(headers);
        if (details.isEmpty()) {
            throw new IllegalArgumentException("a problem has at least one detail");
        }
    }

    /** A problem with the usual status of its kind. */
    public static Problem of(Kind kind, String reason) {
        return new Problem(kind, kind.status(), null, List.of(new Detail(null, reason)), List.of());
    }

    /** The first reason. */
    public String reason() {
        return details.getFirst().reason();
    }

    /** This problem with one more header. */
    public Problem with(Header header) {
        List<Header> more = new ArrayList<>(headers);
        more.add(header);
        return new Problem(kind, status, code, details, more);
    }

    /** This problem with another status. */
    public Problem withStatus(int otherStatus) {
        return new Problem(kind, otherStatus, code, details, headers);
    }

    /** This problem with the dialect's own word for it. */
    public Problem withCode(String ownCode) {
        return new Problem(kind, status, ownCode, details, headers);
    }

    /**
     * One thing that is wrong.
     *
     * @param field the input it is about, if it is about one
     * @param reason what was seen, what was expected, what to do
     */
    public record Detail(@Nullable String field, String reason) {
        public Detail {
            Objects.requireNonNull(reason, "reason is null");
        }
    }

    /** The kinds of problems. */
    public enum Kind {
        /** The request cannot be understood. */
        BAD_REQUEST(400),
        /** Understood, but some input is wrong. */
        VALIDATION(400),
        /** The route needs a credential and none came. */
        NO_CREDENTIAL(401),
        /** A credential came that cannot be read. */
        MALFORMED_CREDENTIAL(401),
        /** No such token. */
        UNKNOWN_TOKEN(401),
        /** The token's time is over. */
        EXPIRED_TOKEN(401),
        /** The token was taken back. */
        REVOKED_TOKEN(401),
        /** The token's user is suspended. */
        SUSPENDED_USER(403),
        /** The token lacks the route's grant. */
        MISSING_GRANT(403),
        /** Only for administrators. */
        NOT_ADMINISTRATOR(403),
        /** A request from another site, or without the session's CSRF token. */
        FORGED(403),
        /** Known, but not for this. */
        FORBIDDEN(403),
        /** Nothing there, or nothing the caller may see. */
        NOT_FOUND(404),
        /** The path exists with other methods; they are in the Allow header. */
        WRONG_METHOD(405),
        /** The client did not send what it announced in time. */
        TOO_SLOW(408),
        /** The state of the thing does not allow it. */
        CONFLICT(409),
        /** The body is larger than the route takes. */
        BODY_TOO_LARGE(413),
        /** The body is of a type the route does not take. */
        WRONG_TYPE(415),
        /** The range is outside the content. */
        RANGE(416),
        /** Understood, but cannot be done. */
        UNPROCESSABLE(422),
        /** Come back later: a bound is reached. */
        TOO_MANY(503),
        /** There is no room to keep what came. */
        NO_ROOM(507),
        /** Come back later: the database or the server itself is not there. */
        UNAVAILABLE(503),
        /** Our own mistake. */
        INTERNAL(500),
        /** Anything else; the status says it. */
        OTHER(500);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        /** The usual HTTP status. */
        public int status() {
            return status;
        }

        /** The kind of a bare status, for errors found before a route was. */
        static Kind ofStatus(int status) {
            return switch (status) {
                case 400 -> BAD_REQUEST;
                case 401 -> NO_CREDENTIAL;
                case 403 -> FORBIDDEN;
                case 404 -> NOT_FOUND;
                case 405 -> WRONG_METHOD;
                case 408 -> TOO_SLOW;
                case 413 -> BODY_TOO_LARGE;
                case 415 -> WRONG_TYPE;
                case 500 -> INTERNAL;
                case 503 -> UNAVAILABLE;
                default -> OTHER;
            };
        }
    }
}
