package dev.trivet.runner;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.image.ImageChoice;
import dev.trivet.sandbox.image.ImageRequest;
import java.util.function.Consumer;

/** Finds the image for a job, building it where that is allowed; see {@code ImageCatalogue}. Thread-safe. */
@FunctionalInterface
public interface ImageChooser {
    ImageChoice choose(ImageRequest request, Consumer<String> progress) throws SandboxException;
}
