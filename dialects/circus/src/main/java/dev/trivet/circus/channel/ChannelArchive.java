package dev.trivet.circus.channel;

import dev.trivet.circus.channel.OfferStore.Built;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * Writes the files of a channel (spec section 8) from rows. The same rows make the same bytes. Memory is bounded by the names of the jobs: the rest
 * goes through files. Thread-safe.
 */
final class ChannelArchive {
    private static final int AT_ONCE = 500;
    private static final int SMALLEST_DICTIONARY = 1 << 16;
    private static final int LARGEST_DICTIONARY = 8 << 20;

    private final OfferStore packages;

    ChannelArchive(OfferStore packages) {
        this.packages = Objects.requireNonNull(packages, "packages is null");
    }

    /** A place and the build that stands there. */
    private record Placed(JobPath path, Built built) {}

    /**
     * Writes all of them into a directory.
     *
     * @return the files by what they are; those of expressions are left out if nothing has been built
     */
    Map<ChannelFile, Path> write(Promotion promotion, Path directory) throws IOException {
        Map<ChannelFile, Path> files = new TreeMap<>();
        Path text = directory.resolve("default.nix");
        if (expression(promotion.evaluation(), text)) {
            Path tar = directory.resolve("nixexprs.tar");
            tar(promotion, text, tar);
            Path xz = directory.resolve(ChannelFile.NIXEXPRS.fileName());
            compress(tar, xz);
            files.put(ChannelFile.NIXEXPRS, xz);
            Path bzip2 = directory.resolve(ChannelFile.NIXEXPRS_BZIP2.fileName());
            try (OutputStream out =
                    new BZip2CompressorOutputStream(new BufferedOutputStream(Files.newOutputStream(bzip2)))) {
                Files.copy(tar, out);
            }
            files.put(ChannelFile.NIXEXPRS_BZIP2, bzip2);
        }
        Path plain = directory.resolve("store-paths");
        storePaths(promotion.evaluation(), plain);
        Path paths = directory.resolve(ChannelFile.STORE_PATHS.fileName());
        compress(plain, paths);
        files.put(ChannelFile.STORE_PATHS, paths);
        return files;
    }

    // ---- expressions

    private boolean expression(UUID evaluation, Path file) throws IOException {
        SortedMap<String, List<Placed>> bySystem = new TreeMap<>();
        List<Placed> anywhere = new ArrayList<>();
        for (Built built : packages.built(evaluation)) {
            JobPath path = JobPath.of(built.job()).orElse(null);
            String system = built.system();
            if (path != null) {
                (system == null ? anywhere : bySystem.computeIfAbsent(system, _ -> new ArrayList<>()))
                        .add(new Placed(path, built));
            }
        }
        if (bySystem.isEmpty() && anywhere.isEmpty()) {
            return false;
        }
        try (BufferedWriter text = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            var expression = new Expression(text);
            for (Map.Entry<String, List<Placed>> one : bySystem.entrySet()) {
                expression.system(one.getKey());
                List<Placed> all = one.getValue();
                all.addAll(anywhere);
                packages(all, expression);
            }
            if (!anywhere.isEmpty()) {
                expression.others();
                packages(anywhere, expression);
            }
            expression.end(!anywhere.isEmpty());
        }
        return true;
    }

    private void packages(List<Placed> all, Expression expression) throws IOException {
        all.sort((one, other) -> {
            int order = one.path.compareTo(other.path);
            return order != 0 ? order : one.built.job().compareTo(other.built.job());
        });
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<Placed> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            Map<UUID, Offer> offered = packages.packages(
                    some.stream().map(placed -> placed.built.id()).toList());
            for (Placed placed : some) {
                @Nullable Offer one = offered.get(placed.built.id());
                if (one != null) {
                    expression.add(placed.path, one);
                }
            }
        }
    }

    private static void tar(Promotion promotion, Path expression, Path file) throws IOException {
        var small = new TreeMap<String, String>();
        small.put(".git-revision", promotion.commit());
        small.put("channel-name", promotion.channel());
        var names = new TreeSet<>(small.keySet());
        names.add("default.nix");
        try (var tar = new TarArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            entry(tar, promotion.channel() + "/", 0);
            for (String name : names) {
                String text = small.get(name);
                byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
                entry(tar, promotion.channel() + "/" + name, text == null ? Files.size(expression) : bytes.length);
                if (text == null) {
                    Files.copy(expression, tar);
                } else {
                    tar.write(bytes);
                }
                tar.closeArchiveEntry();
            }
            tar.finish();
        }
    }

    /** The same for all that have the same content: no time, no user. */
    private static void entry(TarArchiveOutputStream tar, String name, long size) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setModTime(1000L);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setMode(name.endsWith("/") ? 0755 : 0644);
        if (!name.endsWith("/")) {
            entry.setSize(size);
        }
        tar.putArchiveEntry(entry);
        if (name.endsWith("/")) {
            tar.closeArchiveEntry();
        }
    }

    // ---- paths

    private void storePaths(UUID evaluation, Path file) throws IOException {
        try (BufferedWriter text = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            packages.storePaths(evaluation, path -> {
                try {
                    text.append(path).append('\n');
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private static void compress(Path file, Path to) throws IOException {
        var options = new LZMA2Options();
        // Memory goes with the dictionary, which need not be larger than what is compressed.
        options.setDictSize(Math.clamp(Files.size(file), SMALLEST_DICTIONARY, LARGEST_DICTIONARY));
        try (OutputStream out = new XZOutputStream(new BufferedOutputStream(Files.newOutputStream(to)), options)) {
            Files.copy(file, out);
        }
    }
}
