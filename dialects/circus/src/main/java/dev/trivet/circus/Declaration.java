package dev.trivet.circus;

import dev.trivet.circus.notify.NotificationType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the operator, or a repository, declares to be there (spec section 12.3). All values have passed {@link Validation}; secrets do not
 * show in {@code toString}.
 */
public record Declaration(List<DeclaredProject> projects, List<DeclaredBuilder> builders) {
    /** Nothing is declared. */
    public static final Declaration NONE = new Declaration(List.of(), List.of());

    public Declaration {
        projects = List.copyOf(projects);
        builders = List.copyOf(builders);
    }

    /** A project; each list that is not empty is all there is of its kind, except the jobsets. */
    public record DeclaredProject(
            String name,
            String repositoryUrl,
            @Nullable String description,
            List<DeclaredJobset> jobsets,
            List<DeclaredNotification> notifications,
            List<DeclaredWebhook> webhooks,
            List<DeclaredChannel> channels,
            List<DeclaredMember> members) {
        public DeclaredProject {
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(repositoryUrl, "repositoryUrl is null");
            jobsets = List.copyOf(jobsets);
            notifications = List.copyOf(notifications);
            webhooks = List.copyOf(webhooks);
            channels = List.copyOf(channels);
            members = List.copyOf(members);
        }
    }

    /**
     * A jobset.
     *
     * @param state decides {@code enabled}, if it is there
     * @param keepNr null to leave it
     */
    public record DeclaredJobset(
            String name,
            String nixExpression,
            boolean enabled,
            boolean flakeMode,
            int checkInterval,
            @Nullable JobsetState state,
            @Nullable String branch,
            int schedulingShares,
            @Nullable Integer keepNr,
            List<DeclaredInput> inputs) {
        public DeclaredJobset {
            inputs = List.copyOf(inputs);
        }
    }

    /** An input of a jobset. */
    public record DeclaredInput(
            String name,
            String inputType,
            String value,
            @Nullable String revision) {}

    /** How a project tells what becomes of its builds. */
    public record DeclaredNotification(NotificationType type, JsonNode config, boolean enabled) {
        @Override
        public String toString() {
            return "notification " + type.wireName();
        }
    }

    /** @param secret null if it could not be read */
    public record DeclaredWebhook(ForgeType forge, @Nullable String secret, boolean enabled) {
        @Override
        public String toString() {
            return "webhook of " + forge.wireName();
        }
    }

    /** A channel on a jobset of the same project. */
    public record DeclaredChannel(String name, String jobsetName) {}

    /** Who belongs to a project. */
    public record DeclaredMember(String username, String role) {}

    /** A builder over SSH. */
    public record DeclaredBuilder(
            String name,
            String sshUri,
            List<String> systems,
            int maxJobs,
            int speedFactor,
            List<String> supportedFeatures,
            List<String> mandatoryFeatures,
            @Nullable String sshKeyFile,
            @Nullable String publicHostKey,
            boolean enabled) {
        public DeclaredBuilder {
            systems = List.copyOf(systems);
            supportedFeatures = List.copyOf(supportedFeatures);
            mandatoryFeatures = List.copyOf(mandatoryFeatures);
        }
    }
}
