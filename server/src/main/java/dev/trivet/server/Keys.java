package dev.trivet.server;

import dev.trivet.harmont.ConnectionSettings;
import dev.trivet.harmont.vcs.Forge;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Every key there is. {@code docs/configuration.md} has the same table; a test compares them. */
final class Keys {
    static final Key LISTEN = new Key("server", "listen", "127.0.0.1:8080", "address and port to answer at");
    static final Key DATA = new Key("server", "data", "data", "directory for everything that is kept");
    static final Key ADMIN_TOKEN =
            new Key("server", "admin_token", "", "the first administrator's token; otherwise one is made");
    static final Key ORIGIN =
            new Key("server", "origin", "", "address of this server as people see it; otherwise http://<listen>");
    static final Key URL_SCHEMES = new Key(
            "server",
            "allowed_url_schemes",
            "https,http,git,ssh",
            "schemes of repositories; file means the host's own");
    static final Key INTERNAL_REQUESTS = new Key(
            "server",
            "allow_internal_requests",
            "false",
            "whether the server fetches from loopback and private addresses when users name them");
    static final Key CORS_ORIGINS = new Key(
            "server", "cors_origins", "", "sites whose scripts may call the API, such as https://app.example.org");
    static final Key WEBHOOK_KEY = new Key(
            "server",
            "webhook_secret_encryption_key",
            "",
            "16 characters or more that the secrets of Circus' webhooks are encrypted with in the database; otherwise they are readable there");
    static final Key WEBHOOK_KEY_FILE =
            new Key("server", "webhook_secret_encryption_key_file", "", "file with the same, instead of it");
    static final Key SECURE_COOKIES =
            new Key("server", "force_secure_cookies", "false", "whether browsers reach the server by https only");
    static final Key DRAIN = new Key("server", "drain_timeout", "30s", "time for running jobs to end after SIGTERM");
    static final Key MIN_FREE = new Key(
            "server", "min_free_space", "256MiB", "room on the data directory's disk below which new jobs are refused");
    static final Key RUNNER_ABSENCE = new Key(
            "server",
            "runner_absence_timeout",
            "10m",
            "how long jobs wait for a runner that is away and has the files that they build in; then they are lost");
    static final Key DATABASE_URL =
            new Key("database", "url", "", "an external PostgreSQL; otherwise one is embedded in the data directory");
    static final Key DATABASE_POOL = new Key("database", "pool_size", "16", "connections to the database");
    static final Key EMBEDDED = new Key(
            "runner", "embedded", "true", "whether the server runs jobs itself; otherwise remote runners run them all");
    static final Key BACKEND = new Key("runner", "backend", "auto", "auto, oci, bwrap or host; host has no isolation");
    static final Key SLOTS = new Key("runner", "slots", "", "jobs at once; otherwise one for each processor");
    static final Key FEATURES =
            new Key("runner", "features", "", "what this runner provides beside its system, separated by commas");
    static final Key JOB_TIMEOUT =
            new Key("runner", "job_timeout", "6h", "longest time of a job, whatever it asks for");
    static final Key SILENCE = new Key("runner", "silence_timeout", "", "longest time without output");
    static final Key CPUS = new Key("runner", "cpus", "", "processors of a job");
    static final Key MEMORY = new Key("runner", "memory", "4GiB", "memory of a job");
    static final Key PROCESSES = new Key("runner", "processes", "16384", "processes and threads of a job");
    static final Key DISK = new Key("runner", "disk", "20GiB", "what a job may write to its disk");
    static final Key DNS = new Key("runner", "dns", "", "name servers of jobs; otherwise the host's");
    static final Key NIX = new Key(
            "runner",
            "nix",
            "auto",
            "auto: evaluations and builds of Nix run where Nix is installed; off: they do not");
    static final Key NIX_SANDBOX =
            new Key("nix", "sandbox", "true", "whether Nix builds in its sandbox: true, false or relaxed");
    static final Key NIX_STORE_DIR = new Key(
            "nix",
            "store_dir",
            "",
            "the store whose paths can be downloaded, and which the binary cache has; otherwise NIX_STORE_DIR, or /nix/store");
    static final Key IMAGES =
            new Key("images", "directory", "", "where images are kept; otherwise below the data directory");
    static final Key IMAGES_BUILD =
            new Key("images", "build_missing", "true", "whether a known Debian suite is built when a job names it");
    static final Key LOG_BYTES = new Key("logs", "max_bytes", "100MiB", "most that is kept of one step's log");

    static final Key BLOBS = new Key(
            "blobs",
            "store",
            "directory",
            "directory: blobs are kept in the data directory; s3: in a bucket (blobs.md)");
    static final Key S3_BUCKET = new Key("blobs.s3", "bucket", "", "the bucket, which must be there");
    static final Key S3_REGION = new Key("blobs.s3", "region", "us-east-1", "its region");
    static final Key S3_ENDPOINT =
            new Key("blobs.s3", "endpoint", "", "address of a server that is not Amazon's, such as http://host:9000");
    static final Key S3_PREFIX =
            new Key("blobs.s3", "prefix", "", "what all keys begin with, such as trivet/; ends in a slash");
    static final Key S3_PATH_STYLE = new Key(
            "blobs.s3",
            "path_style",
            "auto",
            "whether the bucket stands in the path of addresses: true, false, or auto for where an endpoint is set");
    static final Key S3_ACCESS_KEY = new Key(
            "blobs.s3",
            "access_key",
            "",
            "who asks, with the next; otherwise what the SDK of AWS finds: its variables, a profile, a role");
    static final Key S3_SECRET_KEY = new Key("blobs.s3", "secret_key", "", "the secret of the access key");

    static final Key EVALUATOR_POLL =
            new Key("evaluator", "poll_interval", "60s", "longest pause between two looks at what is to be evaluated");
    static final Key GIT_TIMEOUT = new Key("evaluator", "git_timeout", "600s", "longest time for getting a repository");
    static final Key NIX_TIMEOUT = new Key("evaluator", "nix_timeout", "1800s", "longest time of an evaluation");
    static final Key EVALUATIONS = new Key(
            "evaluator",
            "max_concurrent_evals",
            "4",
            "evaluations at once; with 0 this server watches no repository and begins none");
    static final Key RESTRICT_EVAL =
            new Key("evaluator", "restrict_eval", "true", "whether expressions read nothing but their repository");
    static final Key ALLOW_IFD =
            new Key("evaluator", "allow_ifd", "false", "whether an evaluation may build something to go on with");
    static final Key SANDBOX_REQUIRED = new Key(
            "evaluator",
            "require_sandbox",
            "false",
            "whether a runner does not start where evaluations have no sandbox; otherwise they run on the machine as it is");
    static final Key TAKEOVER = new Key(
            "evaluator",
            "takeover_timeout",
            "60s",
            "where several servers share a database: how long the results of a job wait for the server that was told of them, before they are made"
                    + " again");
    static final Key ONLY_LATEST = new Key(
            "evaluator",
            "only_build_latest",
            "false",
            "whether a newer commit of a jobset, or of a pull request, cancels what is not finished of older ones");
    static final Key BUILD_TIMEOUT =
            new Key("queue_runner", "build_timeout", "3600s", "longest time of a derivation's builder");
    static final Key MAX_SILENT =
            new Key("queue_runner", "max_silent_time", "0s", "longest time that a builder says nothing; 0 for any");
    static final Key BUILD_LOG = new Key("queue_runner", "max_log_size", "100MiB", "most that a builder prints");
    static final Key FAILED_PATHS = new Key(
            "queue_runner",
            "failed_paths_cache",
            "true",
            "whether a derivation that failed is not tried again for a while");
    static final Key FAILED_PATHS_TTL = new Key("queue_runner", "failed_paths_ttl", "86400s", "for how long");
    static final Key UNSUPPORTED = new Key(
            "queue_runner",
            "unsupported_timeout",
            "",
            "how long a build waits for a machine of its system; otherwise for ever");
    static final Key GARBAGE = new Key(
            "gc",
            "enabled",
            "false",
            "whether Nix collects garbage after builds were let go: of its whole store, whoever put it there");
    static final Key GARBAGE_AGE = new Key(
            "gc",
            "max_age_days",
            "30",
            "how long builds are kept in the store, beside those of each jobset's last evaluations (keep_nr)");
    static final Key GARBAGE_INTERVAL =
            new Key("gc", "cleanup_interval", "3600s", "pause between two looks at what can be let go");
    static final Key CACHE = new Key(
            "cache",
            "enabled",
            "true",
            "whether what Nix built is published, and served as a binary cache below /nix-cache");
    static final Key CACHE_KEY_FILE = new Key(
            "cache",
            "secret_key_file",
            "",
            "secret key of Nix that paths are signed with; otherwise signing.key_file, or one that is made in the data directory (nix-cache-key)");
    static final Key CACHE_COMPRESSION =
            new Key("cache", "compression", "zstd", "how archives are compressed: zstd, xz, bzip2 or none");
    static final Key CACHE_LEVEL =
            new Key("cache", "compression_level", "", "level of the compression; otherwise its usual one");
    static final Key CACHE_MAX = new Key(
            "cache",
            "max_size",
            "",
            "most that archives take; what was not fetched for longest goes first. Otherwise they go by their age alone");
    static final Key CACHE_UPSTREAMS = new Key(
            "cache",
            "upstreams",
            "",
            "caches that are asked for what is not here: a list of { url = …, public_key = … }, or of texts with both, separated by a space");
    static final Key CACHE_SKIP = new Key(
            "cache", "skip_upstream_paths", "true", "whether paths that an upstream has are not published here, too");
    static final Key CACHE_REDIRECT = new Key(
            "cache",
            "redirect_upstream",
            "false",
            "whether clients are sent to an upstream for its archives; otherwise they are passed on");
    static final Key SIGNING =
            new Key("signing", "enabled", "false", "whether what was built is signed in the store of Nix, too");
    static final Key SIGNING_KEY =
            new Key("signing", "key_file", "", "secret key for that; the cache's, if that has none of its own");
    static final Key UPLOAD =
            new Key("cache_upload", "enabled", "false", "whether what was built is copied to another store");
    static final Key UPLOAD_STORE =
            new Key("cache_upload", "store_uri", "", "which one, as nix copy --to takes it, such as s3://bucket");
    static final Key UPLOAD_REGION = new Key("cache_upload.s3", "region", "", "region of the bucket");
    static final Key UPLOAD_ENDPOINT =
            new Key("cache_upload.s3", "endpoint_url", "", "where the bucket is, if not at Amazon");
    static final Key UPLOAD_PATH_STYLE = new Key(
            "cache_upload.s3",
            "use_path_style",
            "false",
            "whether the bucket stands in the path of addresses instead of in the host");
    static final Key UPLOAD_KEY_ID = new Key(
            "cache_upload.s3",
            "access_key_id",
            "",
            "credentials for the bucket; they are in the environment of nix copy alone");
    static final Key UPLOAD_SECRET = new Key("cache_upload.s3", "secret_access_key", "", "with the one before");
    static final Key UPLOAD_TOKEN =
            new Key("cache_upload.s3", "session_token", "", "with both, where credentials are for a time");
    static final Key UPLOAD_CONCURRENCY =
            new Key("cache_upload", "upload_concurrency", "4", "builds that are copied at once");
    static final Key UPLOAD_RETRIES = new Key(
            "cache_upload", "upload_max_retries", "3", "how often copying is tried again, after 2, 4, 8 … seconds");
    static final Key UPLOAD_FAILS = new Key(
            "cache_upload", "fail_build_on_upload_error", "false", "whether a build that cannot be copied has failed");
    static final Key CHANNEL_HISTORY = new Key(
            "gc",
            "channel_history",
            "10",
            "how many of the last promotions of each channel keep their files, and their builds in the store");
    static final Key CACHE_URL = new Key(
            "cache",
            "cache_url",
            "",
            "where subscribers of channels fetch what was built; otherwise <origin>/nix-cache");

    static final Key NOTIFY_WEBHOOK = new Key(
            "notifications",
            "webhook_url",
            "",
            "address that is told how builds of Circus end; those of a project come before all of this section");
    static final Key NOTIFY_WEBHOOK_SECRET =
            new Key("notifications", "webhook_secret", "", "what is sent there is signed with it (X-Circus-Signature)");
    static final Key NOTIFY_GITHUB_TOKEN = new Key(
            "notifications",
            "github_token",
            "",
            "what statuses of commits are sent to GitHub with; its address is github.api_url");
    static final Key NOTIFY_GITEA =
            new Key("notifications", "gitea_url", "", "Gitea, for statuses of commits; with the next");
    static final Key NOTIFY_GITEA_TOKEN = new Key("notifications", "gitea_token", "", "what these are sent with");
    static final Key NOTIFY_FORGEJO =
            new Key("notifications", "forgejo_url", "", "Forgejo, for statuses of commits; with the next");
    static final Key NOTIFY_FORGEJO_TOKEN = new Key("notifications", "forgejo_token", "", "what these are sent with");
    static final Key NOTIFY_GITLAB =
            new Key("notifications", "gitlab_url", "", "GitLab, for statuses of commits; with the next");
    static final Key NOTIFY_GITLAB_TOKEN = new Key("notifications", "gitlab_token", "", "what these are sent with");
    static final Key NOTIFY_QUEUE = new Key(
            "notifications", "enable_retry_queue", "true", "whether what could not be delivered is tried again");
    static final Key NOTIFY_ATTEMPTS = new Key(
            "notifications",
            "max_retry_attempts",
            "5",
            "how often it is tried in all, after pauses of 1, 2, 4 … seconds");
    static final Key NOTIFY_RETENTION =
            new Key("notifications", "retention_days", "7", "how long what is over is kept, in days");
    static final Key NOTIFY_POLL =
            new Key("notifications", "retry_poll_interval", "5s", "longest pause between two looks at what is due");
    static final Key NOTIFY_SMTP = new Key("notifications.email", "smtp_host", "", "server that takes e-mail");
    static final Key NOTIFY_SMTP_PORT =
            new Key("notifications.email", "smtp_port", "587", "its port; at 465 encryption begins at once");
    static final Key NOTIFY_SMTP_USER =
            new Key("notifications.email", "smtp_user", "", "who signs in there; with the next");
    static final Key NOTIFY_SMTP_PASSWORD = new Key("notifications.email", "smtp_password", "", "the password");
    static final Key NOTIFY_SMTP_TLS =
            new Key("notifications.email", "tls", "true", "whether nothing is sent there without encryption");
    static final Key NOTIFY_SMTP_CERTIFICATES = new Key(
            "notifications.email", "tls_ca_cert", "", "file in PEM with the authorities to trust; otherwise Java's");
    static final Key NOTIFY_FROM = new Key("notifications.email", "from_address", "", "sender of e-mail");
    static final Key NOTIFY_TO =
            new Key("notifications.email", "to_addresses", "", "who is told by e-mail how builds of Circus end");
    static final Key NOTIFY_MAIL_FAILURES =
            new Key("notifications.email", "on_failure_only", "false", "whether only of what fails");
    static final Key NOTIFY_SLACK = new Key("notifications.slack", "webhook_url", "", "incoming webhook of a chat");
    static final Key NOTIFY_SLACK_FAILURES =
            new Key("notifications.slack", "on_failure_only", "false", "whether it is told only of what fails");
    static final Key NOTIFY_ALERTS = new Key(
            "notifications.alerts", "enabled", "false", "whether it is said when too many builds of Circus fail");
    static final Key NOTIFY_ALERT_THRESHOLD =
            new Key("notifications.alerts", "error_threshold", "20.0", "more than so many percent of the builds");
    static final Key NOTIFY_ALERT_WINDOW =
            new Key("notifications.alerts", "time_window_minutes", "60", "of those that ended within so many minutes");

    static final Key SRHT_TIMEOUT =
            new Key("srht", "job_timeout", "45m", "time of a job of builds.sr.ht from when a runner has it");
    static final Key HARMONT_IMAGE =
            new Key("harmont", "default_image", "host", "image of jobs of Harmont that name none");
    static final Key HARMONT_ALIASES = new Key(
            "harmont",
            "image_aliases",
            "ubuntu:24.04=host",
            "images by the names that pipelines use for them, as name=image");
    static final Key HARMONT_LOG_SECRET = new Key(
            "harmont", "log_token_secret", "", "what tokens for log streams are signed with; otherwise one is made");

    static final Key CONFIG_EDITOR = new Key(
            "server",
            "config_editor_enabled",
            "false",
            "whether administrators may change the configuration file by the API of Circus");
    static final Key READS_NEED_CREDENTIAL = new Key(
            "server",
            "require_api_key_for_reads",
            "false",
            "whether reading by the API of Circus needs a credential, too");
    static final Key RATE = new Key(
            "server",
            "rate_limit_rps",
            "",
            "requests a second that one address may make of the API of Circus; with the next");
    static final Key BURST =
            new Key("server", "rate_limit_burst", "", "how many of these at once; with the one before");
    static final Key EMAIL_PATTERN = new Key(
            "server", "email_validation_regex", "", "what users' addresses must match beside having an at sign");
    static final Key LDAP_URL =
            new Key("server.ldap", "url", "", "directory that knows people's passwords: ldap(s)://host[:port]");
    static final Key LDAP_TEMPLATE = new Key(
            "server.ldap",
            "bind_dn_template",
            "",
            "the name to bind with, such as uid={username},ou=people,dc=example,dc=org");
    static final Key LDAP_CERTIFICATES = new Key(
            "server.ldap", "tls_ca_cert", "", "file in PEM with the authorities to trust for ldaps; otherwise Java's");
    static final Key LDAP_ENABLED =
            new Key("server.ldap", "enabled", "true", "whether people may sign in by the directory");
    static final Key OAUTH_ID =
            new Key("oauth.github", "client_id", "", "OAuth application by which people sign in at GitHub");
    static final Key OAUTH_SECRET = new Key("oauth.github", "client_secret", "", "its secret");
    static final Key OAUTH_REDIRECT = new Key(
            "oauth.github", "redirect_uri", "", "address of /api/v1/auth/github/callback as the application names it");
    static final Key OAUTH_WEB = new Key("oauth.github", "web_url", "https://github.com", "where people confirm");
    static final Key OAUTH_API =
            new Key("oauth.github", "api_url", "https://api.github.com", "where GitHub says who they are");

    static final Map<Forge, Key> WEBHOOK_SECRETS =
            ofForges("webhook_secret", "what its webhooks are signed with; without it they are refused");
    static final Map<Forge, Key> API_URLS = ofForges("api_url", "address of its API; otherwise the public one");
    static final Map<Forge, Key> FORGE_TOKENS =
            ofForges("token", "what the statuses of commits are sent with; without it none are");
    static final Key GITHUB_APP_ID = new Key("github", "app_id", "", "id of a GitHub App, which sends checks");
    static final Key GITHUB_KEY = new Key("github", "private_key_path", "", "file with the App's key, in PEM");

    static final Key OAUTH_SIGNUP = new Key(
            "server",
            "oauth_signup",
            "false",
            "whether people whom nobody has invited may sign up with an account elsewhere");
    static final Key GITHUB_CLIENT =
            new Key("github", "client_id", "", "id of the OAuth client that people sign in with GitHub by");
    static final Key GITHUB_CLIENT_SECRET = new Key("github", "client_secret", "", "its secret");
    static final Key GITHUB_WEB =
            new Key("github", "web_url", ConnectionSettings.GITHUB_WEB.toString(), "address of its pages");
    static final Key BITBUCKET_CLIENT =
            new Key("bitbucket", "client_id", "", "id of the OAuth client that connects workspaces");
    static final Key BITBUCKET_CLIENT_SECRET = new Key("bitbucket", "client_secret", "", "its secret");
    static final Key BITBUCKET_WEB =
            new Key("bitbucket", "web_url", ConnectionSettings.BITBUCKET_WEB.toString(), "address of its pages");
    static final Key GOOGLE_CLIENT =
            new Key("google", "client_id", "", "id of the OAuth client that people sign in with Google by");
    static final Key GOOGLE_CLIENT_SECRET = new Key("google", "client_secret", "", "its secret");
    static final Key GOOGLE_TOKENS =
            new Key("google", "token_url", ConnectionSettings.GOOGLE_TOKENS.toString(), "where codes are traded");
    static final Key GOOGLE_USERS = new Key(
            "google", "userinfo_url", ConnectionSettings.GOOGLE_USERS.toString(), "where a token tells whose it is");

    static final List<Key> ALL = all(
            LISTEN,
            DATA,
            ADMIN_TOKEN,
            ORIGIN,
            URL_SCHEMES,
            INTERNAL_REQUESTS,
            CORS_ORIGINS,
            WEBHOOK_KEY,
            WEBHOOK_KEY_FILE,
            SECURE_COOKIES,
            DRAIN,
            MIN_FREE,
            RUNNER_ABSENCE,
            DATABASE_URL,
            DATABASE_POOL,
            EMBEDDED,
            BACKEND,
            SLOTS,
            FEATURES,
            JOB_TIMEOUT,
            SILENCE,
            CPUS,
            MEMORY,
            PROCESSES,
            DISK,
            DNS,
            NIX,
            NIX_SANDBOX,
            NIX_STORE_DIR,
            IMAGES,
            IMAGES_BUILD,
            LOG_BYTES,
            BLOBS,
            S3_BUCKET,
            S3_REGION,
            S3_ENDPOINT,
            S3_PREFIX,
            S3_PATH_STYLE,
            S3_ACCESS_KEY,
            S3_SECRET_KEY,
            EVALUATOR_POLL,
            GIT_TIMEOUT,
            NIX_TIMEOUT,
            EVALUATIONS,
            RESTRICT_EVAL,
            ALLOW_IFD,
            SANDBOX_REQUIRED,
            TAKEOVER,
            ONLY_LATEST,
            BUILD_TIMEOUT,
            MAX_SILENT,
            BUILD_LOG,
            FAILED_PATHS,
            FAILED_PATHS_TTL,
            UNSUPPORTED,
            GARBAGE,
            GARBAGE_AGE,
            GARBAGE_INTERVAL,
            CACHE,
            CACHE_KEY_FILE,
            CACHE_COMPRESSION,
            CACHE_LEVEL,
            CACHE_MAX,
            CACHE_UPSTREAMS,
            CACHE_SKIP,
            CACHE_REDIRECT,
            SIGNING,
            SIGNING_KEY,
            UPLOAD,
            UPLOAD_STORE,
            UPLOAD_REGION,
            UPLOAD_ENDPOINT,
            UPLOAD_PATH_STYLE,
            UPLOAD_KEY_ID,
            UPLOAD_SECRET,
            UPLOAD_TOKEN,
            UPLOAD_CONCURRENCY,
            UPLOAD_RETRIES,
            UPLOAD_FAILS,
            CHANNEL_HISTORY,
            CACHE_URL,
            NOTIFY_WEBHOOK,
            NOTIFY_WEBHOOK_SECRET,
            NOTIFY_GITHUB_TOKEN,
            NOTIFY_GITEA,
            NOTIFY_GITEA_TOKEN,
            NOTIFY_FORGEJO,
            NOTIFY_FORGEJO_TOKEN,
            NOTIFY_GITLAB,
            NOTIFY_GITLAB_TOKEN,
            NOTIFY_QUEUE,
            NOTIFY_ATTEMPTS,
            NOTIFY_RETENTION,
            NOTIFY_POLL,
            NOTIFY_SMTP,
            NOTIFY_SMTP_PORT,
            NOTIFY_SMTP_USER,
            NOTIFY_SMTP_PASSWORD,
            NOTIFY_SMTP_TLS,
            NOTIFY_SMTP_CERTIFICATES,
            NOTIFY_FROM,
            NOTIFY_TO,
            NOTIFY_MAIL_FAILURES,
            NOTIFY_SLACK,
            NOTIFY_SLACK_FAILURES,
            NOTIFY_ALERTS,
            NOTIFY_ALERT_THRESHOLD,
            NOTIFY_ALERT_WINDOW,
            SRHT_TIMEOUT,
            HARMONT_IMAGE,
            HARMONT_ALIASES,
            HARMONT_LOG_SECRET,
            CONFIG_EDITOR,
            READS_NEED_CREDENTIAL,
            RATE,
            BURST,
            EMAIL_PATTERN,
            LDAP_URL,
            LDAP_TEMPLATE,
            LDAP_CERTIFICATES,
            LDAP_ENABLED,
            OAUTH_ID,
            OAUTH_SECRET,
            OAUTH_REDIRECT,
            OAUTH_WEB,
            OAUTH_API,
            GITHUB_APP_ID,
            GITHUB_KEY,
            OAUTH_SIGNUP,
            GITHUB_CLIENT,
            GITHUB_CLIENT_SECRET,
            GITHUB_WEB,
            BITBUCKET_CLIENT,
            BITBUCKET_CLIENT_SECRET,
            BITBUCKET_WEB,
            GOOGLE_CLIENT,
            GOOGLE_CLIENT_SECRET,
            GOOGLE_TOKENS,
            GOOGLE_USERS);

    /** The short variables of the command line's options. */
    static final Map<Key, String> SHORT = Map.of(
            LISTEN,
            "TRIVET_LISTEN",
            DATA,
            "TRIVET_DATA",
            DATABASE_URL,
            "TRIVET_DATABASE",
            ADMIN_TOKEN,
            "TRIVET_ADMIN_TOKEN",
            HARMONT_LOG_SECRET,
            "HARMONT_LOG_TOKEN_SECRET",
            GITHUB_APP_ID,
            "HARMONT_GITHUB_APP_ID",
            GITHUB_KEY,
            "HARMONT_GITHUB_PRIVATE_KEY_PATH",
            WEBHOOK_SECRETS.get(Forge.GITHUB),
            "HARMONT_GITHUB_WEBHOOK_SECRET");

    private Keys() {}

    /** The key of this forge. */
    static Key of(Map<Forge, Key> keys, Forge forge) {
        return Objects.requireNonNull(keys.get(forge), "a forge without keys");
    }

    private static Map<Forge, Key> ofForges(String name, String meaning) {
        Map<Forge, Key> keys = new EnumMap<>(Forge.class);
        for (Forge forge : Forge.values()) {
            keys.put(forge, new Key(forge.wireName(), name, "", meaning));
        }
        return keys;
    }

    /** The given ones, and those that every forge has. */
    private static List<Key> all(Key... given) {
        List<Key> keys = new ArrayList<>(List.of(given));
        for (Forge forge : Forge.values()) {
            keys.add(of(WEBHOOK_SECRETS, forge));
            keys.add(of(API_URLS, forge));
            keys.add(of(FORGE_TOKENS, forge));
        }
        return List.copyOf(keys);
    }
}
