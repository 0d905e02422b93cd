package dev.trivet.sandbox.image;

import dev.trivet.sandbox.SandboxException;

/** Finds images by name. Thread-safe. */
@FunctionalInterface
public interface Images {
    /**
     * @param name a name or an alias of the catalogue
     * @throws SandboxException with reason {@code NO_SUCH_IMAGE} and the names that there are, {@code NO_SUCH_ARCHITECTURE}, or
     *     {@code INFRASTRUCTURE} when the image is damaged
     */
    Image resolve(String name) throws SandboxException;
}
