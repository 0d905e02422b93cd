package dev.trivet.cli.command;

import dev.trivet.cli.api.BuildAddress;
import dev.trivet.cli.pipeline.NamedBuild;
import dev.trivet.cli.process.CommandException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the ways to write a {@link Target}. */
final class TargetParser {
    private static final String SLUG = "([A-Za-z0-9][A-Za-z0-9._-]*)";
    private static final Pattern NUMBER = Pattern.compile("#?(\\d{1,18})");
    private static final Pattern MANIFEST = Pattern.compile("/?(?:(?:.*/)?~[^/]+/)?job/(\\d{1,18})/?");
    private static final Pattern BUILD = Pattern.compile(SLUG + "/" + SLUG + "/(\\d{1,9})(?:/(.+))?");
    private static final Pattern PAGE =
            Pattern.compile("/" + SLUG + "/pipelines/" + SLUG + "/builds/(\\d{1,9})(?:/jobs/(.+?))?/?");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private TargetParser() {}

    static Target parse(String text, URI server) throws CommandException {
        if (text.regionMatches(true, 0, "http://", 0, 7) || text.regionMatches(true, 0, "https://", 0, 8)) {
            return page(text, server);
        }
        String plain = text.replaceFirst("#.*$", "");
        Matcher number = NUMBER.matcher(text);
        Matcher manifest = MANIFEST.matcher(plain);
        Matcher build = BUILD.matcher(text);
        if (number.matches()) {
            return new Target.Manifest(Long.parseLong(number.group(1)));
        }
        if (manifest.matches()) {
            return new Target.Manifest(Long.parseLong(manifest.group(1)));
        }
        if (build.matches()) {
            return named(build, build.group(4));
        }
        throw unknown(text);
    }

    private static Target page(String text, URI server) throws CommandException {
        URI address;
        try {
            address = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw unknown(text);
        }
        if (!origin(address).equals(origin(server))) {
            throw CommandException.usage("'" + text + "' is a page of another server than " + server
                    + ". Name that server by --server or TRIVET_SERVER, with a token of it.");
        }
        String base =
                String.valueOf(server.getRawPath()).replaceFirst("^null$", "").replaceFirst("/+$", "");
        String path = String.valueOf(address.getRawPath());
        path = path.startsWith(base) ? path.substring(base.length()) : path;
        Matcher page = PAGE.matcher(path);
        Matcher manifest = MANIFEST.matcher(path);
        if (page.matches()) {
            String key = page.group(4);
            if (key == null && String.valueOf(address.getRawQuery()).matches("(.*&)?job=.*")) {
                throw CommandException.usage(
                        "'" + text
                                + "' names a job in a way that is no more in use. Open the page, and take the address that it has then.");
            }
            return named(page, key == null ? null : decoded(key));
        }
        if (manifest.matches()) {
            return new Target.Manifest(Long.parseLong(manifest.group(1)));
        }
        throw unknown(text);
    }

    private static Target named(Matcher build, @Nullable String job) {
        return new Target.Pipeline(new NamedBuild(
                new BuildAddress(build.group(1), build.group(2), Integer.parseInt(build.group(3))),
                Optional.ofNullable(job)));
    }

    private static String decoded(String path) {
        return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Scheme, host and port, the same for all ways to write them. */
    private static String origin(URI address) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        int port = address.getPort() >= 0 ? address.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + (LOOPBACK.contains(host) ? "localhost" : host) + ":" + port;
    }

    private static CommandException unknown(String text) {
        return CommandException.usage("'" + text + "' names no job and no build: give a job's number, such as 42,"
                + " a build as ORG/PIPELINE/NUMBER, one of its jobs as ORG/PIPELINE/NUMBER/JOB,"
                + " or the address of a page");
    }
}
