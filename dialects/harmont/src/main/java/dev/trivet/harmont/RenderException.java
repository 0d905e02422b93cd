package dev.trivet.harmont;

/** A pipeline that could not be rendered from its repository; the message says why. */
final class RenderException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The error code of a build that fails by it. */
    static final String CODE = "render_failed";

    RenderException(String message) {
        super(message);
    }
}
