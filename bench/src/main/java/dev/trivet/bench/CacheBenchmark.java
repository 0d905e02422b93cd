package dev.trivet.bench;

import dev.trivet.blobs.BlobRef;
import dev.trivet.blobs.DirectoryBlobStore;
import dev.trivet.nix.archive.NarInfo;
import dev.trivet.nix.archive.NixHash;
import dev.trivet.nix.archive.SigningKey;
import dev.trivet.nix.archive.StorePath;
import dev.trivet.store.Database;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The binary cache, against nginx serving the same files. Both have both processors beside the program that asks, {@code wrk}. */
final class CacheBenchmark implements Benchmark {
    private static final String STORE = "/nix/store";
    private static final int ROUNDS = 3;
    private static final int SECONDS = 4;
    private static final int CONNECTIONS = 16;
    private static final int DOWNLOADS = 4;
    private static final double NAR_SHARE = 0.75;
    private static final int MEGABYTE = 1_000_000;

    @Override
    public String name() {
        return "cache";
    }

    @Override
    public String description() {
        return "narinfos and archives of the binary cache, against nginx with the same files";
    }

    @Override
    public Table run(Sizes sizes, Scratch scratch) throws Exception {
        var table = new Table();
        if (!Nginx.isThere() || !Wrk.isThere()) {
            return table.missing("binary cache", "needs nginx and wrk: apt-get install nginx-light wrk");
        }
        Path data = scratch.directory("cache");
        Path home = scratch.directory("nginx");
        Path files = home.resolve("files");
        Files.createDirectories(files.resolve("nar"));
        try (ScratchDatabase database = ScratchDatabase.start(scratch)) {
            List<NarInfo> paths = List.of(
                    published(database.database(), data, Math.max(1, sizes.of("megabytes", 400) / 4) * MEGABYTE, 1),
                    published(database.database(), data, 100_000, 2));
            try (ServerProcess server =
                            ServerProcess.start(data, scratch, Optional.of(database.config()), Optional.empty());
                    Nginx nginx = Nginx.start(home, files)) {
                URI ours = server.address().resolve("nix-cache/");
                for (NarInfo path : paths) {
                    copy(ours, files, path.path().hash() + ".narinfo");
                    copy(ours, files, path.url());
                }
                String narInfo = paths.getFirst().path().hash() + ".narinfo";
                compare(table, "narinfo", "requests/s", ours, nginx.address(), narInfo, CONNECTIONS, 1);
                compare(
                        table,
                        "large archive",
                        "MB/s",
                        ours,
                        nginx.address(),
                        paths.getFirst().url(),
                        DOWNLOADS,
                        NAR_SHARE);
                compare(
                        table,
                        "archive of 100 kB",
                        "MB/s",
                        ours,
                        nginx.address(),
                        paths.getLast().url(),
                        CONNECTIONS,
                        NAR_SHARE);
            }
        }
        return table;
    }

    /** The best of some rounds, in turns; the first of ours also warms up. */
    private static void compare(
            Table table, String what, String unit, URI ours, URI theirs, String file, int connections, double share)
            throws IOException, InterruptedException {
        double our = 0;
        double their = 0;
        Wrk.Result _ = Wrk.ask(ours.resolve(file), connections, SECONDS);
        for (int round = 0; round < ROUNDS; round++) {
            their = Math.max(their, value(Wrk.ask(theirs.resolve(file), connections, SECONDS), unit));
            our = Math.max(our, value(Wrk.ask(ours.resolve(file), connections, SECONDS), unit));
        }
        table.against(what + "; nginx", our, unit, their, Budget.atLeast(share));
    }

    private static double value(Wrk.Result result, String unit) {
        return unit.equals("MB/s") ? result.bytesPerSecond() / MEGABYTE : result.requestsPerSecond();
    }

    /** A path of random bytes, as if it had been built and published. */
    private static NarInfo published(Database database, Path data, int bytes, int seed) throws IOException {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        BlobRef blob;
        try (var blobs = DirectoryBlobStore.open(data.resolve("blobs"), Clock.systemUTC())) {
            blob = blobs.put(new ByteArrayInputStream(content), bytes);
        }
        NixHash hash = NixHash.ofSha256(HexFormat.of().parseHex(blob.sha256()));
        NarInfo info = new NarInfo(
                        StorePath.ofBaseName(STORE, "0000000000000000000000000000000" + seed + "-bench"),
                        "nar/" + hash.digits() + ".nar",
                        "none",
                        hash,
                        (long) bytes,
                        hash,
                        bytes,
                        List.of(),
                        null,
                        null,
                        List.of())
                .signedBy(SigningKey.generate("bench-1"));
        database.write(handle -> handle.createUpdate("""
                        insert into circus.narinfo_cache
                            (store_path, nar_hash, nar_size, file_hash, file_size, compression, url, blob, sig)
                        values (:path, :hash, :size, :hash, :size, 'none', :url, :blob, :sig)
                        """)
                .bind("path", info.path().toString())
                .bind("hash", hash.nix32())
                .bind("size", bytes)
                .bind("url", info.url())
                .bind("blob", blob.sha256())
                .bind("sig", info.signatures().getFirst().toString())
                .execute());
        return info;
    }

    private static void copy(URI from, Path to, String file) throws IOException {
        try (InputStream in = from.resolve(file).toURL().openStream()) {
            Files.copy(in, to.resolve(file));
        }
    }
}
