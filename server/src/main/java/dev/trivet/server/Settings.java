package dev.trivet.server;

import dev.trivet.blobs.s3.S3Settings;
import dev.trivet.circus.ConfigAccess;
import dev.trivet.circus.Declaration;
import dev.trivet.circus.DeclarationException;
import dev.trivet.circus.DeclarationReader;
import dev.trivet.circus.PeopleSettings;
import dev.trivet.circus.SecretBox;
import dev.trivet.circus.Validation;
import dev.trivet.circus.cache.CacheSettings;
import dev.trivet.circus.notify.NotificationSettings;
import dev.trivet.core.Limits;
import dev.trivet.harmont.ConnectionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A server's settings, checked. {@code docs/configuration.md} explains each key.
 *
 * @param port 0 for any free one
 * @param origin without a slash at its end; empty for the address listened on
 * @param databaseUrl {@code jdbc:postgresql:} or {@code postgresql:} URL; empty for the embedded one
 * @param minFreeSpace bytes on the data directory's disk below which nothing new is accepted
 * @param runnerAbsence how long jobs wait for an absent runner that has the files that they build in
 * @param embedded whether the server has a runner of its own
 * @param provides what the embedded runner offers to jobs' requirements
 * @param s3 where blobs are; empty for the data directory
 * @param internalRequests whether addresses of the inside are fetched from when users name them
 * @param corsOrigins sites whose scripts may call the API
 * @param srhtTimeout longest time of a job of builds.sr.ht
 * @param declaration what of Circus is brought about at every start
 * @param secretBox keeps the secrets of Circus' webhooks
 * @param config the configuration file, for administrators to see and change
 */
public record Settings(
        String host,
        int port,
        Path data,
        Optional<String> adminToken,
        Optional<String> origin,
        Set<String> urlSchemes,
        boolean secureCookies,
        Duration drainTimeout,
        long minFreeSpace,
        Duration runnerAbsence,
        Optional<String> databaseUrl,
        int databasePool,
        boolean embedded,
        String backend,
        int slots,
        Set<String> provides,
        Limits limits,
        List<String> dns,
        Path images,
        boolean buildImages,
        long logBytes,
        Optional<S3Settings> s3,
        boolean internalRequests,
        Set<String> corsOrigins,
        Duration srhtTimeout,
        HarmontKeys harmont,
        ForgeKeys forges,
        ConnectionSettings connections,
        PeopleSettings people,
        Declaration declaration,
        SecretBox secretBox,
        NixKeys nix,
        BuildKeys builds,
        NotificationSettings notifications,
        CacheSettings cache,
        ConfigAccess config) {
    public Settings {
        Objects.requireNonNull(s3, "s3 is null");
        Objects.requireNonNull(cache, "cache is null");
        Objects.requireNonNull(nix, "nix is null");
        Objects.requireNonNull(builds, "builds is null");
        Objects.requireNonNull(notifications, "notifications is null");
        Objects.requireNonNull(secretBox, "secretBox is null");
        Objects.requireNonNull(config, "config is null");
        Objects.requireNonNull(declaration, "declaration is null");
        Objects.requireNonNull(runnerAbsence, "runnerAbsence is null");
        Objects.requireNonNull(srhtTimeout, "srhtTimeout is null");
        Objects.requireNonNull(harmont, "harmont is null");
        Objects.requireNonNull(forges, "forges is null");
        Objects.requireNonNull(connections, "connections is null");
        Objects.requireNonNull(people, "people is null");
        corsOrigins = Set.copyOf(corsOrigins);
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(data, "data is null");
        urlSchemes = Set.copyOf(urlSchemes);
        provides = Set.copyOf(provides);
        dns = List.copyOf(dns);
    }

    /**
     * What a command line says; what it does not say, the environment, the file and the defaults decide.
     *
     * @param listen {@code HOST:PORT}, or null
     * @param localSources whether repositories of this machine may be named, whatever is configured
     */
    public record Options(
            @Nullable String listen,
            @Nullable Path data,
            @Nullable String database,
            @Nullable Path config,
            @Nullable Path images,
            boolean localSources) {
        public static final Options NONE = new Options(null, null, null, null, null, false);
    }

    /** @throws SettingsException naming the first key that cannot be */
    public static Settings read(Options options, Map<String, String> environment) {
        return Start.of(options, environment).settings();
    }

    static Settings checked(Configuration configuration, Start start) {
        String listen = configuration.text(Keys.LISTEN);
        int colon = listen.lastIndexOf(':');
        if (colon < 1 || !listen.substring(colon + 1).matches("\\d{1,5}")) {
            throw configuration.wrong(Keys.LISTEN, "HOST:PORT such as 127.0.0.1:8080");
        }
        int port = Integer.parseInt(listen.substring(colon + 1));
        if (port > 65_535) {
            throw configuration.wrong(Keys.LISTEN, "a port up to 65535");
        }
        Set<String> schemes = new TreeSet<>(configuration.list(Keys.URL_SCHEMES));
        if (start.localSources()) {
            schemes.add("file");
        }
        Path data = Path.of(configuration.text(Keys.DATA)).toAbsolutePath().normalize();
        int cores = Runtime.getRuntime().availableProcessors();
        configuration
                .optional(Keys.ORIGIN)
                .filter(origin -> !origin.matches("https?://[^/]+"))
                .ifPresent(origin -> {
                    throw configuration.wrong(Keys.ORIGIN, "http(s)://host[:port] without a path");
                });
        BuildKeys builds = BuildKeys.read(configuration);
        NotificationSettings notifications = NotificationKeys.read(configuration);
        return new Settings(
                listen.substring(0, colon).replaceAll("^\\[|]$", ""),
                port,
                data,
                configuration.optional(Keys.ADMIN_TOKEN),
                configuration.optional(Keys.ORIGIN),
                schemes,
                configuration.flag(Keys.SECURE_COOKIES),
                configuration.duration(Keys.DRAIN).orElse(Duration.ZERO),
                configuration.size(Keys.MIN_FREE),
                configuration
                        .duration(Keys.RUNNER_ABSENCE)
                        .filter(Duration::isPositive)
                        .orElseThrow(() -> configuration.wrong(Keys.RUNNER_ABSENCE, "a time longer than nothing")),
                configuration.optional(Keys.DATABASE_URL),
                configuration.number(Keys.DATABASE_POOL, 4, 200),
                configuration.flag(Keys.EMBEDDED),
                configuration.text(Keys.BACKEND),
                configuration.optional(Keys.SLOTS).isEmpty() ? cores : configuration.number(Keys.SLOTS, 1, 1000),
                provides(configuration.list(Keys.FEATURES)),
                limits(configuration),
                configuration.list(Keys.DNS),
                configuration.optional(Keys.IMAGES).map(Path::of).orElse(data.resolve("images")),
                configuration.flag(Keys.IMAGES_BUILD),
                configuration.size(Keys.LOG_BYTES),
                BlobKeys.read(configuration),
                configuration.flag(Keys.INTERNAL_REQUESTS),
                Set.copyOf(configuration.list(Keys.CORS_ORIGINS)),
                configuration
                        .duration(Keys.SRHT_TIMEOUT)
                        .filter(Duration::isPositive)
                        .orElseThrow(() -> configuration.wrong(Keys.SRHT_TIMEOUT, "a time longer than nothing")),
                HarmontKeys.read(configuration),
                ForgeKeys.read(configuration),
                ConnectionKeys.read(configuration),
                PeopleKeys.read(configuration),
                declaration(configuration, start.environment(), schemes, notifications),
                WebhookKey.read(configuration),
                NixKeys.read(configuration, start.environment()),
                builds,
                notifications,
                CacheKeys.read(
                        configuration,
                        start.environment(),
                        data,
                        new CacheSettings.Retention(
                                builds.garbage().age(), builds.garbage().interval())),
                start.access(configuration.flag(Keys.CONFIG_EDITOR)));
    }

    private static Declaration declaration(
            Configuration configuration,
            Map<String, String> environment,
            Set<String> schemes,
            NotificationSettings notifications) {
        var validation = new Validation(schemes, configuration.flag(Keys.INTERNAL_REQUESTS));
        try {
            Declaration declaration = new DeclarationReader(validation, environment).read(configuration.declared());
            NotificationKeys.check(declaration, notifications, configuration.flag(Keys.INTERNAL_REQUESTS));
            return declaration;
        } catch (DeclarationException refused) {
            throw new SettingsException("the configuration file cannot be: " + refused.getMessage());
        }
    }

    private static Limits limits(Configuration configuration) {
        return new Limits(
                configuration.decimal(Keys.CPUS),
                configuration.size(Keys.MEMORY),
                configuration.number(Keys.PROCESSES, 16, 4_000_000),
                configuration.size(Keys.DISK),
                configuration.duration(Keys.JOB_TIMEOUT).orElse(null),
                configuration.duration(Keys.SILENCE).orElse(null),
                configuration.size(Keys.LOG_BYTES));
    }

    private static Set<String> provides(List<String> features) {
        Set<String> provides = new TreeSet<>(features);
        String arch = System.getProperty("os.arch", "unknown");
        provides.add((arch.equals("amd64") ? "x86_64" : arch) + "-linux");
        return provides;
    }
}
