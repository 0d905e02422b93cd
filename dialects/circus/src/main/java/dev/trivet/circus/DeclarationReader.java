package dev.trivet.circus;

import dev.trivet.circus.Declaration.DeclaredBuilder;
import dev.trivet.circus.Declaration.DeclaredChannel;
import dev.trivet.circus.Declaration.DeclaredJobset;
import dev.trivet.circus.Declaration.DeclaredMember;
import dev.trivet.circus.Declaration.DeclaredNotification;
import dev.trivet.circus.Declaration.DeclaredProject;
import dev.trivet.circus.Declaration.DeclaredWebhook;
import dev.trivet.circus.notify.NotificationType;
import dev.trivet.core.json.Json;
import dev.trivet.http.HttpException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Reads declarations (spec sections 4.5, 12.3). Immutable. */
public final class DeclarationReader {
    /** Most characters of a repository's file. */
    private static final int LONGEST_FILE = 1 << 20;

    private static final List<String> NOTIFICATION_SECRETS =
            List.of("url", "webhook_url", "secret", "token", "smtp_password");
    private static final Set<String> MEMBER_ROLES = Set.of("admin", "maintainer", "member");

    private final Validation validation;
    private final SecretFiles secrets;

    /** @param environment for variables in the paths of files */
    public DeclarationReader(Validation validation, Map<String, String> environment) {
        this.validation = Objects.requireNonNull(validation, "validation is null");
        this.secrets = new SecretFiles(environment);
    }

    /**
     * The section {@code declarative} of the server's configuration, if it is there; users and API keys in it are not looked at. Secrets whose files cannot be read are logged and missing.
     *
     * @throws DeclarationException naming the first value that cannot be
     */
    public Declaration read(JsonNode section) {
        if (section.isMissingNode()) {
            return Declaration.NONE;
        }
        return checked("declarative.", () -> {
            JsonFields fields = JsonFields.of(section, "");
            fields.allow("projects", "users", "api_keys", "remote_builders");
            return new Declaration(
                    each(fields, "projects", this::project), each(fields, "remote_builders", this::builder));
        });
    }

    /**
     * The jobsets of a repository's {@code .circus.toml}; members that are not known are ignored.
     *
     * @throws DeclarationException if it is no TOML, or naming the first value that cannot be
     */
    public static List<DeclaredJobset> readRepository(String text) {
        if (text.length() > LONGEST_FILE) {
            throw new DeclarationException("the file has more than " + LONGEST_FILE + " characters");
        }
        JsonNode root = tree(text);
        return checked("", () -> DeclaredJobsets.read(JsonFields.of(root, "").objectsOrNone("jobsets"), false));
    }

    private static JsonNode tree(String text) {
        try {
            return new TomlMapper().readTree(text);
        } catch (JacksonException malformed) {
            TokenStreamLocation place = malformed.getLocation();
            throw new DeclarationException("the file is not TOML: " + malformed.getOriginalMessage()
                    + (place == null ? "" : " (line " + place.getLineNr() + ")"));
        } catch (StackOverflowError tooDeep) {
            // The parser calls itself for each bracket and knows no bound.
            throw new DeclarationException("the file nests brackets too deeply");
        }
    }

    private DeclaredProject project(JsonFields fields) {
        fields.allow(
                "name", "repository_url", "description", "jobsets", "notifications", "webhooks", "channels", "members");
        return new DeclaredProject(
                Validation.name(fields.path("name"), fields.text("name")),
                validation.repositoryUrl(fields.path("repository_url"), fields.text("repository_url")),
                Validation.descriptionOrNull(fields.path("description"), fields.textOrNull("description")),
                DeclaredJobsets.read(fields.objectsOrNone("jobsets"), true),
                each(fields, "notifications", this::notification),
                each(fields, "webhooks", this::webhook),
                each(fields, "channels", DeclarationReader::channel),
                each(fields, "members", DeclarationReader::member));
    }

    private DeclaredNotification notification(JsonFields fields) {
        fields.allow("notification_type", "config", "enabled");
        NotificationType type =
                Validation.notificationType(fields.path("notification_type"), fields.text("notification_type"));
        JsonNode config = fields.member("config");
        return new DeclaredNotification(
                type, config == null ? Json.MAPPER.createObjectNode() : withSecrets(config), on(fields));
    }

    /** What files hold takes the places of their names. */
    private JsonNode withSecrets(JsonNode config) {
        JsonFields fields = JsonFields.of(config, "config.");
        ObjectNode whole = (ObjectNode) config.deepCopy();
        for (String name : NOTIFICATION_SECRETS) {
            String secret = secrets.secret(fields, name);
            whole.remove(name + "_file");
            if (secret != null) {
                whole.put(name, secret);
            }
        }
        return whole;
    }

    private DeclaredWebhook webhook(JsonFields fields) {
        fields.allow("forge_type", "secret", "secret_file", "enabled");
        return new DeclaredWebhook(
                Validation.forge(fields.path("forge_type"), fields.text("forge_type")),
                secrets.secret(fields, "secret"),
                on(fields));
    }

    private static DeclaredChannel channel(JsonFields fields) {
        fields.allow("name", "jobset_name");
        return new DeclaredChannel(
                Validation.name(fields.path("name"), fields.text("name")), fields.text("jobset_name"));
    }

    private static DeclaredMember member(JsonFields fields) {
        fields.allow("username", "role");
        String role = Objects.requireNonNullElse(fields.textOrNull("role"), "member");
        if (!MEMBER_ROLES.contains(role)) {
            throw CircusErrors.invalid(fields.path("role"), "must be admin, maintainer or member, not '" + role + "'");
        }
        return new DeclaredMember(fields.text("username"), role);
    }

    private DeclaredBuilder builder(JsonFields fields) {
        fields.allow(
                "name",
                "ssh_uri",
                "systems",
                "max_jobs",
                "speed_factor",
                "supported_features",
                "mandatory_features",
                "ssh_key_file",
                "public_host_key",
                "enabled");
        BuilderChange builder = BuilderChange.readNew(fields);
        String keyFile = builder.sshKeyFile();
        return new DeclaredBuilder(
                fields.text("name"),
                fields.text("ssh_uri"),
                fields.texts("systems"),
                Objects.requireNonNullElse(builder.maxJobs(), 1),
                Objects.requireNonNullElse(builder.speedFactor(), 1),
                Objects.requireNonNullElse(builder.supportedFeatures(), List.of()),
                Objects.requireNonNullElse(builder.mandatoryFeatures(), List.of()),
                keyFile == null ? null : secrets.expanded(keyFile),
                builder.publicHostKey(),
                on(fields));
    }

    private static boolean on(JsonFields fields) {
        @Nullable Boolean enabled = fields.flagOrNull("enabled");
        return enabled == null || enabled;
    }

    private static <T> List<T> each(JsonFields fields, String name, Function<JsonFields, T> reader) {
        return fields.objectsOrNone(name).stream().map(reader).toList();
    }

    private static <T> T checked(String prefix, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (HttpException refused) {
            var detail = refused.problem().details().getFirst();
            String reason = detail.field() == null ? detail.reason() : detail.field() + ": " + detail.reason();
            throw new DeclarationException(prefix + reason);
        }
    }
}
