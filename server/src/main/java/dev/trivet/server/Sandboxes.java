package dev.trivet.server;

import dev.trivet.core.Limits;
import dev.trivet.sandbox.SandboxBackend;
import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.image.ImageCatalogue;
import dev.trivet.sandbox.image.ImageCatalogue.OnMissing;
import dev.trivet.sandbox.linux.Backends;
import dev.trivet.sandbox.linux.Programs;
import dev.trivet.sandbox.linux.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

/** Images and sandbox backends of a data directory, opened together. */
public final class Sandboxes implements AutoCloseable {
    private final ImageCatalogue images;
    private final Backends backends;

    private Sandboxes(ImageCatalogue images, Backends backends) {
        this.images = Objects.requireNonNull(images, "images is null");
        this.backends = Objects.requireNonNull(backends, "backends is null");
    }

    /** @throws SandboxException if not even the basic means are there; the message says what to do */
    public static Sandboxes open(Settings settings, InstantSource clock) throws SandboxException {
        Path directory = settings.data().resolve("sandbox");
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new SandboxException(
                    SandboxException.Reason.INFRASTRUCTURE,
                    "cannot make " + directory + ": " + failed.getMessage(),
                    failed);
        }
        UserNamespace namespace = UserNamespace.detect(directory, new Programs());
        ImageCatalogue images = catalogue(settings, namespace, clock);
        Limits limits = settings.limits();
        return new Sandboxes(
                images, Backends.open(new Backends.Settings(directory, settings.dns(), limits), namespace, images));
    }

    /** The images alone, for commands that look after them while a server runs. */
    public static ImageCatalogue catalogue(Settings settings, InstantSource clock) throws SandboxException {
        Path directory = settings.data().resolve("sandbox");
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new SandboxException(
                    SandboxException.Reason.INFRASTRUCTURE,
                    "cannot make " + directory + ": " + failed.getMessage(),
                    failed);
        }
        return catalogue(settings, UserNamespace.detect(directory, new Programs()), clock);
    }

    private static ImageCatalogue catalogue(Settings settings, UserNamespace namespace, InstantSource clock)
            throws SandboxException {
        return new ImageCatalogue(
                settings.images(),
                namespace::command,
                true,
                settings.buildImages() ? OnMissing.BUILD : OnMissing.REFUSE,
                clock);
    }

    public ImageCatalogue images() {
        return images;
    }

    public Backends backends() {
        return backends;
    }

    /** The backend of this name that works; see {@link Backends#choose}. */
    public SandboxBackend choose(String name) throws SandboxException {
        return backends.choose(name);
    }

    @Override
    public void close() {
        backends.close();
    }
}
