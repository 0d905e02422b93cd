package dev.trivet.web;

import dev.trivet.http.Access;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.web.ansi.Palette;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Style sheet, script and icon. The hash of the content is part of the name: browsers keep them for ever, and a new version has a new name.
 * Immutable.
 */
final class StaticFiles {
    private static final int HASH_DIGITS = 12;

    private final Asset style;
    private final Asset script;
    private final Asset icon;

    StaticFiles() {
        this.style = Asset.of("trivet", "css", "text/css; charset=utf-8", text("trivet.css") + Palette.css());
        this.script = Asset.of("trivet", "js", "text/javascript; charset=utf-8", text("trivet.js"));
        this.icon = Asset.of("icon", "svg", "image/svg+xml", text("icon.svg"));
    }

    /** Path of the style sheet. */
    String style() {
        return style.path;
    }

    /** Path of the script. */
    String script() {
        return script.path;
    }

    /** Path of the icon. */
    String icon() {
        return icon.path;
    }

    List<Route> routes() {
        Stream<Route> hashed = Stream.of(style, script, icon)
                .map(asset -> Route.get(
                        asset.path,
                        Access.PUBLIC_LENIENT,
                        request -> asset.response().with("Cache-Control", "public, max-age=31536000, immutable")));
        // What browsers ask for on pages that are not ours, such as a plain log.
        Route favicon = Route.get(
                "/favicon.ico",
                Access.PUBLIC_LENIENT,
                request -> icon.response().with("Cache-Control", "public, max-age=86400"));
        return Stream.concat(hashed, Stream.of(favicon)).toList();
    }

    private static String text(String name) {
        try (InputStream in = StaticFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the file " + name + " is missing in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Asset {
        private final String path;
        private final String type;
        private final byte[] bytes;

        private Asset(String path, String type, byte[] bytes) {
            this.path = path;
            this.type = type;
            this.bytes = bytes;
        }

        static Asset of(String name, String suffix, String type, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            String hash = HexFormat.of().formatHex(sha256(bytes)).substring(0, HASH_DIGITS);
            return new Asset("/static/" + name + "-" + hash + "." + suffix, type, bytes);
        }

        private static byte[] sha256(byte[] bytes) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(bytes);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        Response response() {
            return Response.bytes(type, bytes);
        }
    }
}
