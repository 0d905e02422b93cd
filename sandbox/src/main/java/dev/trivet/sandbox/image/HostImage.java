package dev.trivet.sandbox.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps the image {@value #NAME} up to date: its generated layer is made again when what it was made from has changed. */
final class HostImage {
    static final String NAME = "host";

    private final HostUserland userland;
    private final ImageStore store;
    private final RootfsWriter writer;
    private final BuildLock lock;
    private final String arch;
    private final InstantSource clock;

    HostImage(
            HostUserland userland,
            ImageStore store,
            RootfsWriter writer,
            BuildLock lock,
            String arch,
            InstantSource clock) {
        this.userland = userland;
        this.store = store;
        this.writer = writer;
        this.lock = lock;
        this.arch = arch;
        this.clock = clock;
    }

    boolean isDebian() {
        return userland.release().id().equals(DebianSuite.DISTRIBUTION);
    }

    ImageStore.Stored stored() throws IOException {
        String digest = digest();
        Optional<ImageStore.Stored> there = find(digest);
        if (there.isPresent()) {
            return there.get();
        }
        return lock.<ImageStore.Stored, IOException>alone(NAME, () -> {}, () -> {
            Optional<ImageStore.Stored> meanwhile = find(digest);
            return meanwhile.isPresent() ? meanwhile.get() : make(digest);
        });
    }

    private Optional<ImageStore.Stored> find(String digest) throws IOException {
        return store.all().stream()
                .filter(stored -> stored.manifest().name().equals(NAME)
                        && stored.manifest().digest().equals(digest))
                .findFirst();
    }

    private ImageStore.Stored make(String digest) throws IOException {
        store.clearLeftovers(NAME);
        Path place = store.begin(NAME);
        TarTree layer = userland.layer(writer.ids());
        AtomicLong bytes = new AtomicLong();
        writer.unpack(tar -> bytes.set(layer.writeTo(tar)), place.resolve(ImageStore.ROOT));
        OsRelease release = userland.release();
        boolean installs = userland.hasDpkg() && writer.ids() == RootfsWriter.Ids.HOST;
        ImageManifest manifest = new ImageManifest(
                ImageManifest.FORMAT,
                NAME,
                aliases(release),
                release.distribution(),
                arch,
                digest,
                Accounts.USER,
                Accounts.HOME,
                installs ? Apt.ID : "none",
                userland.directories(),
                "this machine's userland",
                clock.instant(),
                bytes.get());
        return store.publish(place, manifest);
    }

    /** The names of this machine's distribution, as it calls itself and as builds.sr.ht calls it. */
    private static List<String> aliases(OsRelease release) {
        List<String> names = new ArrayList<>(List.of(release.distribution()));
        DebianSuite.named(release.distribution())
                .filter(suite -> !release.distribution().equals(DebianSuite.DISTRIBUTION))
                .ifPresent(suite -> names.addAll(suite.aliases()));
        if (!release.version().isEmpty()) {
            names.add(release.id() + "/" + release.version());
        }
        return names.stream().distinct().toList();
    }

    private String digest() throws IOException {
        String text = userland.fingerprint() + writer.ids();
        return HexFormat.of().formatHex(LayerKey.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
