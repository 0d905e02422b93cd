package dev.trivet.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The migration files of a set as they lie on the class path; read without Flyway, whose scan and start cost half a second. */
final class MigrationFiles {

    private final MigrationSet set;

    MigrationFiles(MigrationSet set) {
        this.set = set;
    }

    /** SHA-256 over names and contents: equal exactly when nothing was added or changed. */
    String checksum() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (var file : contents().entrySet()) {
                digest.update((file.getKey() + "\0" + file.getValue().length + "\0").getBytes(StandardCharsets.UTF_8));
                digest.update(file.getValue());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        } catch (IOException e) {
            throw new MigrationException("Cannot read the migrations at " + set.location() + ": " + e.getMessage(), e);
        }
    }

    private SortedMap<String, byte[]> contents() throws IOException {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        List<URL> places = Collections.list(getClass().getClassLoader().getResources(set.location()));
        for (URL place : places) {
            for (String name : names(place)) {
                try (InputStream in = open(name)) {
                    contents.put(name, in.readAllBytes());
                }
            }
        }
        return contents;
    }

    private InputStream open(String name) throws IOException {
        InputStream in = getClass().getClassLoader().getResourceAsStream(set.location() + "/" + name);
        if (in == null) {
            throw new IOException(name + " has vanished");
        }
        return in;
    }

    private List<String> names(URL place) throws IOException {
        List<String> names = new ArrayList<>();
        if (place.openConnection() instanceof JarURLConnection jar) {
            String prefix = set.location() + "/";
            jar.getJarFile().stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(prefix) && name.endsWith(".sql"))
                    .forEach(name -> names.add(name.substring(prefix.length())));
        } else {
            try (Stream<Path> files = Files.list(Path.of(uri(place)))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".sql"))
                        .forEach(names::add);
            }
        }
        return names;
    }

    private static URI uri(URL place) throws IOException {
        try {
            return place.toURI();
        } catch (URISyntaxException e) {
            throw new IOException("Not a directory: " + place, e);
        }
    }
}
