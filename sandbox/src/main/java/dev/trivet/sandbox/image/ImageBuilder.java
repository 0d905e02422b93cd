package dev.trivet.sandbox.image;

import dev.trivet.sandbox.SandboxException;
import dev.trivet.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Makes images, one of a name at a time; an image is there whole or not at all. Thread-safe. */
final class ImageBuilder {
    private static final long LEAST_SPACE = 1L << 30;
    private static final int LAST_LINES = 8;

    private final ImageStore store;
    private final RootfsWriter writer;
    private final BuildLock lock;
    private final Bootstrap bootstrap;
    private final InstantSource clock;

    ImageBuilder(ImageStore store, RootfsWriter writer, BuildLock lock, Bootstrap bootstrap, InstantSource clock) {
        this.store = store;
        this.writer = writer;
        this.lock = lock;
        this.bootstrap = bootstrap;
        this.clock = clock;
    }

    /** Builds; when another build of the name ends while this one waits for its turn, that one's image will do. */
    ImageStore.Stored build(String name, ImageRecipe recipe, Consumer<String> progress) throws SandboxException {
        AtomicBoolean waited = new AtomicBoolean();
        Runnable waiting = () -> {
            waited.set(true);
            progress.accept("The image " + name + " is being built already: waiting for that.");
        };
        return alone(name, waiting, () -> {
            Optional<ImageStore.Stored> there = waited.get() ? find(name) : Optional.empty();
            return there.isPresent() ? there.get() : make(name, recipe, progress);
        });
    }

    ImageStore.Stored buildUnlessThere(String name, ImageRecipe recipe, Consumer<String> progress)
            throws SandboxException {
        Runnable waiting = () -> progress.accept("The image " + name + " is being built already: waiting for that.");
        return alone(name, waiting, () -> {
            Optional<ImageStore.Stored> there = find(name);
            return there.isPresent() ? there.get() : make(name, recipe, progress);
        });
    }

    /** Throws away what builds that died left; a build that runs keeps its files. */
    void clearLeftovers() throws IOException {
        for (String name : store.unfinished()) {
            lock.ifFree(name, () -> store.clearLeftovers(name));
        }
    }

    private ImageStore.Stored alone(
            String name, Runnable waiting, BuildLock.Work<ImageStore.Stored, SandboxException> work)
            throws SandboxException {
        try {
            return lock.alone(name, waiting, work);
        } catch (IOException e) {
            throw new SandboxException(
                    Reason.INFRASTRUCTURE, "the image " + name + " could not be built: " + e.getMessage(), e);
        }
    }

    private Optional<ImageStore.Stored> find(String name) throws IOException {
        return store.current().stream()
                .filter(stored -> stored.manifest().name().equals(name))
                .findFirst();
    }

    private ImageStore.Stored make(String name, ImageRecipe recipe, Consumer<String> progress) throws IOException {
        store.clearLeftovers(name);
        long space = Files.getFileStore(store.directory()).getUsableSpace();
        if (space < LEAST_SPACE) {
            throw new IOException("only " + (space >> 20) + " MiB are free in " + store.directory()
                    + ", an image needs " + (LEAST_SPACE >> 20) + " at least");
        }
        Instant start = clock.instant();
        Path place = store.begin(name);
        try {
            TarFilter.Bounds usual = TarFilter.Bounds.USUAL;
            TarFilter filter = new TarFilter(new TarFilter.Bounds(Math.min(usual.bytes(), space), usual.entries()));
            TarFilter.Report report = fill(recipe, filter, place, progress);
            if (!report.leftOut().isEmpty()) {
                progress.accept("Left out, as they are no files: " + String.join(", ", report.leftOut()));
            }
            ImageStore.Stored stored = store.publish(place, manifest(name, recipe, report));
            progress.accept("The image " + name + " is there: " + report.entries() + " files, "
                    + (report.bytes() >> 20) + " MiB, "
                    + Duration.between(start, clock.instant()).toSeconds() + " s.");
            return stored;
        } finally {
            if (Files.exists(place)) {
                store.abandon(place);
            }
        }
    }

    private TarFilter.Report fill(ImageRecipe recipe, TarFilter filter, Path place, Consumer<String> progress)
            throws IOException {
        Path root = place.resolve(ImageStore.ROOT);
        return switch (recipe) {
            case ImageRecipe.Suite suite -> bootstrapped(suite, filter, place, progress);
            case ImageRecipe.Tarball tarball -> {
                try (InputStream in = RootfsArchive.open(tarball.file())) {
                    yield unpack(in, filter, root);
                }
            }
            case ImageRecipe.Directory directory -> {
                if (!Files.isDirectory(directory.directory())) {
                    throw new IOException("there is no directory " + directory.directory());
                }
                List<String> command = RootfsArchive.packing(directory.directory());
                yield piped(command, RootfsWriter.ENVIRONMENT, filter, root, progress);
            }
        };
    }

    private TarFilter.Report bootstrapped(
            ImageRecipe.Suite suite, TarFilter filter, Path place, Consumer<String> progress) throws IOException {
        Path scratch = Files.createDirectory(place.resolve("scratch"));
        DebianSuite known = known(suite.codename());
        Bootstrap.Plan plan = bootstrap.plan(known, suite.packages(), scratch);
        Map<String, String> environment = bootstrap.environment(scratch);
        progress.accept("Building Debian " + suite.codename() + " with " + plan.tool() + ".");
        if (!plan.prepare().isEmpty()) {
            int code = HostProgram.run(plan.prepare(), environment, progress);
            if (code != 0) {
                throw new IOException(plan.tool() + " ended with " + code);
            }
        }
        filter.add(tree -> bootstrap.configure(known, tree));
        TarFilter.Report report = piped(plan.produce(), environment, filter, place.resolve(ImageStore.ROOT), progress);
        writer.remove(scratch);
        return report;
    }

    /** Unpacks what a program writes; its own words come first when both fail. */
    private TarFilter.Report piped(
            List<String> command,
            Map<String, String> environment,
            TarFilter filter,
            Path root,
            Consumer<String> progress)
            throws IOException {
        Deque<String> last = new ArrayDeque<>();
        Consumer<String> lines = line -> {
            synchronized (last) {
                if (last.size() == LAST_LINES) {
                    last.removeFirst();
                }
                last.addLast(line);
            }
            progress.accept(line);
        };
        try (HostProgram program = HostProgram.producing(command, environment, lines)) {
            program.stdin().close();
            IOException broken = null;
            TarFilter.Report report = null;
            try (InputStream in = program.stdout()) {
                report = unpack(in, filter, root);
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                broken = e;
            }
            int code = program.finish();
            if (code == 0 && broken != null) {
                throw broken;
            }
            if (code == 0 && report != null) {
                return report;
            }
            String said;
            synchronized (last) {
                said = String.join("; ", last);
            }
            throw new IOException(command.getFirst() + " ended with " + code + ": " + said, broken);
        }
    }

    private TarFilter.Report unpack(InputStream in, TarFilter filter, Path root) throws IOException {
        AtomicReference<TarFilter.Report> report = new AtomicReference<>();
        writer.unpack(out -> report.set(filter.copy(in, out)), root);
        return report.get();
    }

    private static DebianSuite known(String codename) throws IOException {
        return DebianSuite.named(DebianSuite.DISTRIBUTION + "/" + codename)
                .orElseThrow(() -> new IOException("no Debian suite is known as " + ImageName.shown(codename)));
    }

    private ImageManifest manifest(String name, ImageRecipe recipe, TarFilter.Report report) {
        List<String> aliases = DebianSuite.named(name)
                .filter(suite -> suite.imageName().equals(name))
                .map(DebianSuite::aliases)
                .orElse(List.of());
        String origin = switch (recipe) {
            case ImageRecipe.Suite suite -> "Debian " + suite.codename() + " from its mirror";
            case ImageRecipe.Tarball tarball -> "archive " + tarball.file().getFileName();
            case ImageRecipe.Directory directory -> "directory " + directory.directory();
        };
        boolean installs = report.apt() && writer.ids() != RootfsWriter.Ids.SINGLE;
        return new ImageManifest(
                ImageManifest.FORMAT,
                name,
                aliases,
                report.release().distribution(),
                bootstrap.arch(),
                report.digest(),
                Accounts.USER,
                Accounts.HOME,
                installs ? Apt.ID : "none",
                List.of(),
                origin,
                clock.instant(),
                report.bytes());
    }
}
