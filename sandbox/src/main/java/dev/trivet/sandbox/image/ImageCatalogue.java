package dev.trivet.sandbox.image;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every image that jobs can name (DESIGN section 5, spec/srht.md section 5.9): the userland of this machine at once, Debian suites
 * that are built from its mirrors, and imported root file systems. Thread-safe; several processes may share its directory.
 *
 * <p>A name is looked up so: an image of exactly that name; the image that has it among its aliases ({@code debian/stable},
 * {@code debian/13} for {@code debian/trixie}); this machine's userland where it is that distribution. A name that asks for a current
 * Debian only ({@code debian}, {@code debian/stable}) is then answered by the Debian that is there, and the choice says so. At last a
 * known suite is built, if {@link OnMissing#BUILD} allows it.
 */
public final class ImageCatalogue implements Images {
    private final ImageStore store;
    private final ImageBuilder builder;
    private final @Nullable HostImage host;
    private final OnMissing onMissing;
    private final String arch;

    /** What to do about a known Debian suite that is not there. */
    public enum OnMissing {
        BUILD,
        REFUSE
    }

    /**
     * @param directory where images are kept
     * @param asRoot turns an argument vector into one that runs it as root of the sandboxes' user namespace
     * @param offerHost whether this machine's own userland is an image
     * @throws SandboxException {@code INFRASTRUCTURE} if the directory cannot be used
     */
    public ImageCatalogue(
            Path directory,
            UnaryOperator<List<String>> asRoot,
            boolean offerHost,
            OnMissing onMissing,
            InstantSource clock)
            throws SandboxException {
        Objects.requireNonNull(clock, "clock is null");
        this.onMissing = Objects.requireNonNull(onMissing, "onMissing is null");
        this.arch = ImageRequest.debianArch(System.getProperty("os.arch", "unknown"));
        try {
            RootfsWriter writer = new RootfsWriter(asRoot);
            this.store = new ImageStore(directory, writer);
            BuildLock lock = new BuildLock(store.directory());
            HostApt apt = HostApt.ofThisMachine();
            this.builder = new ImageBuilder(store, writer, lock, new Bootstrap(apt, arch), clock);
            this.host = offerHost
                    ? new HostImage(new HostUserland(Path.of("/"), apt), store, writer, lock, arch, clock)
                    : null;
        } catch (IOException e) {
            throw broken("the images' directory " + directory + " cannot be used", e);
        }
    }

    /** Every image that is there, by name; this machine's userland among them. */
    public List<ImageManifest> list() throws SandboxException {
        try {
            List<ImageManifest> images = new ArrayList<>();
            if (host != null) {
                images.add(host.stored().manifest());
            }
            built().stream().map(ImageStore.Stored::manifest).forEach(images::add);
            images.sort(Comparator.comparing(ImageManifest::name));
            return images;
        } catch (IOException e) {
            throw broken("the images cannot be listed", e);
        }
    }

    /** The names of the Debian suites that can be built, such as {@code debian/trixie}. */
    public List<String> buildable() {
        return Stream.of(DebianSuite.values()).map(DebianSuite::imageName).toList();
    }

    /**
     * Builds a Debian suite by its name or alias, also when it is there already (it is then renewed; sandboxes and snapshots keep the
     * old one).
     *
     * @param progress takes lines for people, from whatever thread
     * @throws SandboxException {@code NO_SUCH_IMAGE} for a name that cannot be built, {@code INFRASTRUCTURE} if building failed
     */
    public ImageManifest build(String name, Consumer<String> progress) throws SandboxException {
        DebianSuite suite = DebianSuite.named(name)
                .orElseThrow(() -> new SandboxException(
                        Reason.NO_SUCH_IMAGE,
                        "no way is known to build '" + shown(name) + "': it can be one of "
                                + String.join(", ", buildable())
                                + ", or give a root file system with --from"));
        return build(suite.imageName(), ImageRecipe.Suite.usual(suite), progress);
    }

    /** Builds or imports an image under a name of your choice; an image of that name is replaced. */
    public ImageManifest build(String name, ImageRecipe recipe, Consumer<String> progress) throws SandboxException {
        ImageName.check(name);
        if (name.equals(HostImage.NAME)) {
            throw new SandboxException(
                    Reason.UNSUPPORTED, "the name 'host' is this machine's own userland: choose another one");
        }
        return builder.build(name, recipe, progress).manifest();
    }

    /**
     * Removes an image by its name.
     *
     * @param inUse tells whether a sandbox or a snapshot stands on a layer
     * @throws SandboxException {@code NO_SUCH_IMAGE}, or {@code UNSUPPORTED} while it is in use
     */
    public void remove(String name, Predicate<Path> inUse) throws SandboxException {
        try {
            List<ImageStore.Stored> named = store.all().stream()
                    .filter(stored -> stored.manifest().name().equals(name))
                    .toList();
            if (named.isEmpty()) {
                throw missing(name, List.of());
            }
            if (named.stream().map(ImageStore.Stored::root).anyMatch(inUse)) {
                throw new SandboxException(
                        Reason.UNSUPPORTED,
                        "the image " + name + " is in use: a sandbox or a snapshot stands on it; end those first");
            }
            for (ImageStore.Stored stored : named) {
                store.delete(stored);
            }
        } catch (IOException e) {
            throw broken("the image " + name + " could not be removed", e);
        }
    }

    /** Deletes what builds that died left, and images that newer ones of their name replaced and that nothing stands on. */
    public void sweep(Predicate<Path> inUse) throws SandboxException {
        try {
            store.clearTrash();
            List<ImageStore.Stored> current = store.current();
            for (ImageStore.Stored stored : store.all()) {
                if (!current.contains(stored) && !inUse.test(stored.root())) {
                    store.delete(stored);
                }
            }
            builder.clearLeftovers();
        } catch (IOException e) {
            throw broken("the images' directory could not be swept", e);
        }
    }

    @Override
    public Image resolve(String name) throws SandboxException {
        return resolve(ImageRequest.named(name), line -> {}).image();
    }

    /**
     * Finds, or builds where that is allowed, the image for a job.
     *
     * @param progress takes lines for the job's log while something is built
     * @throws SandboxException {@code NO_SUCH_IMAGE} with those there are, {@code NO_SUCH_ARCHITECTURE}, {@code INFRASTRUCTURE}
     */
    public ImageChoice resolve(ImageRequest request, Consumer<String> progress) throws SandboxException {
        String name = request.name();
        ImageName.check(name);
        try {
            Optional<DebianSuite> suite = DebianSuite.named(name);
            String canonical = suite.map(DebianSuite::imageName).orElse(name);
            List<ImageStore.Stored> fitting = fitting(name, canonical);
            Optional<ImageChoice> choice = fitting.stream()
                    .filter(stored -> request.wants(stored.manifest().arch()))
                    .findFirst()
                    .map(stored -> choice(stored, List.of()));
            if (choice.isEmpty()) {
                choice = standIn(request);
            }
            boolean native64 = request.wants(arch);
            if (choice.isEmpty() && suite.isPresent() && native64 && onMissing == OnMissing.BUILD) {
                choice = Optional.of(buildNow(suite.get(), progress));
            }
            if (choice.isEmpty() && !native64 && (!fitting.isEmpty() || suite.isPresent() || names().contains(name))) {
                throw new SandboxException(
                        Reason.NO_SUCH_ARCHITECTURE,
                        "the image " + name + " is there for " + arch + " only, not for "
                                + shown(String.valueOf(request.arch())));
            }
            if (choice.isEmpty()) {
                throw missing(name, names());
            }
            return choice.get();
        } catch (IOException e) {
            throw broken("the image " + name + " could not be prepared", e);
        }
    }

    private List<ImageStore.Stored> built() throws IOException {
        return store.current().stream()
                .filter(stored -> !stored.manifest().name().equals(HostImage.NAME))
                .toList();
    }

    /** Images of that very name before those that it is an alias of. */
    private List<ImageStore.Stored> fitting(String name, String canonical) throws IOException {
        List<ImageStore.Stored> built = built();
        return Stream.concat(
                        built.stream().filter(stored -> stored.manifest().name().equals(name)),
                        built.stream()
                                .filter(stored -> stored.manifest().name().equals(canonical)
                                        || stored.manifest().answersTo(name)))
                .toList();
    }

    /** This machine's userland, for its own names; and for a name that means any current Debian, what there is of Debian. */
    private Optional<ImageChoice> standIn(ImageRequest request) throws IOException {
        String name = request.name();
        if (host != null && request.wants(arch)) {
            ImageStore.Stored stored = host.stored();
            boolean serves =
                    !request.installs() || stored.manifest().packageManager().equals(Apt.ID);
            boolean own = stored.manifest().answersTo(name);
            boolean named = name.equals(HostImage.NAME);
            if (named || (own && serves)) {
                return Optional.of(choice(stored, List.of()));
            }
            if (DebianSuite.anyRelease(name) && serves && host.isDebian()) {
                return Optional.of(choice(stored, List.of(note(name, stored.manifest()))));
            }
        }
        if (!DebianSuite.anyRelease(name) || onMissing == OnMissing.BUILD) {
            return Optional.empty();
        }
        return built().stream()
                .filter(stored -> stored.manifest().distribution().startsWith(DebianSuite.DISTRIBUTION + "/"))
                .filter(stored -> request.wants(stored.manifest().arch()))
                .findFirst()
                .map(stored -> choice(stored, List.of(note(name, stored.manifest()))));
    }

    private ImageChoice buildNow(DebianSuite suite, Consumer<String> progress) throws SandboxException {
        progress.accept("The image " + suite.imageName() + " is not there yet: building it.");
        ImageStore.Stored stored =
                builder.buildUnlessThere(suite.imageName(), ImageRecipe.Suite.usual(suite), progress);
        return choice(stored, List.of());
    }

    private static String note(String name, ImageManifest standIn) {
        String wanted = DebianSuite.named(name).map(DebianSuite::imageName).orElse(name);
        return name + " means " + wanted + ", which is not built here: using " + standIn.name() + " ("
                + standIn.distribution() + "). To have it: trivet image build " + wanted;
    }

    private static ImageChoice choice(ImageStore.Stored stored, List<String> notes) {
        ImageManifest manifest = stored.manifest();
        List<Image.Part> parts = new ArrayList<>();
        for (String directory : manifest.hostDirectories()) {
            String at = directory.substring(1);
            parts.add(new Image.Part(at, List.of(stored.root().resolve(at), Path.of(directory))));
        }
        Image image = new Image(manifest.name(), manifest.digest(), List.of(stored.root()), parts);
        return new ImageChoice(image, manifest, PackageManager.named(manifest.packageManager()), notes);
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        if (host != null) {
            ImageManifest manifest = host.stored().manifest();
            names.add(manifest.name());
            names.addAll(manifest.aliases());
        }
        for (ImageStore.Stored stored : built()) {
            names.add(stored.manifest().name());
            names.addAll(stored.manifest().aliases());
        }
        return names.stream().distinct().sorted().toList();
    }

    private SandboxException missing(String name, List<String> there) {
        String wanted = DebianSuite.named(name).map(DebianSuite::imageName).orElse("debian/trixie");
        return new SandboxException(
                Reason.NO_SUCH_IMAGE,
                "there is no image '" + shown(name) + "'. There are: "
                        + (there.isEmpty() ? "none of that name" : String.join(", ", there))
                        + ". To get another one: trivet image build " + wanted
                        + ", or trivet image build NAME --from ROOTFS.tar");
    }

    private static String shown(String name) {
        return ImageName.shown(name);
    }

    private static SandboxException broken(String what, IOException e) {
        return new SandboxException(Reason.INFRASTRUCTURE, what + ": " + e.getMessage(), e);
    }
}
