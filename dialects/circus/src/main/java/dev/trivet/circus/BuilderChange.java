package dev.trivet.circus;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is set of a builder; what is null stays, or is the default of a new one. */
record BuilderChange(
        @Nullable String name,
        @Nullable String sshUri,
        @Nullable List<String> systems,
        @Nullable Integer maxJobs,
        @Nullable Integer speedFactor,
        @Nullable List<String> supportedFeatures,
        @Nullable List<String> mandatoryFeatures,
        @Nullable Boolean enabled,
        @Nullable String publicHostKey,
        @Nullable String sshKeyFile) {
    private static final int LONGEST_KEY = 4096;

    /** @throws dev.trivet.http.HttpException 422 for another type, 400 for a value that cannot be */
    static BuilderChange read(JsonFields fields) {
        return new BuilderChange(
                        fields.textOrNull("name"),
                        fields.textOrNull("ssh_uri"),
                        fields.textsOrNull("systems"),
                        fields.numberOrNull("max_jobs"),
                        fields.numberOrNull("speed_factor"),
                        fields.textsOrNull("supported_features"),
                        fields.textsOrNull("mandatory_features"),
                        fields.flagOrNull("enabled"),
                        fields.textOrNull("public_host_key"),
                        fields.textOrNull("ssh_key_file"))
                .checked();
    }

    /** The same for a new builder, of which name, address and systems must be there. */
    static BuilderChange readNew(JsonFields fields) {
        Objects.requireNonNull(fields.text("name"), "name is null");
        Objects.requireNonNull(fields.text("ssh_uri"), "ssh_uri is null");
        Objects.requireNonNull(fields.texts("systems"), "systems is null");
        return read(fields);
    }

    private BuilderChange checked() {
        return new BuilderChange(
                Validation.nameOrNull("name", name),
                sshUri == null ? null : Validation.sshUri("ssh_uri", sshUri),
                systems == null ? null : Validation.systems("systems", systems),
                Validation.positiveOrNull("max_jobs", maxJobs),
                Validation.positiveOrNull("speed_factor", speedFactor),
                supportedFeatures == null ? null : Validation.features("supported_features", supportedFeatures),
                mandatoryFeatures == null ? null : Validation.features("mandatory_features", mandatoryFeatures),
                enabled,
                publicHostKey == null ? null : Validation.atMost("public_host_key", publicHostKey, LONGEST_KEY),
                sshKeyFile == null ? null : Validation.atMost("ssh_key_file", sshKeyFile, LONGEST_KEY));
    }
}
