package dev.trivet.srht.manifest;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads build manifests (spec section 2). Whatever the text is, the answer is a {@link Manifest} or a {@link ManifestException}
 * about the first problem; time and memory are bounded by the length of the text. Stateless.
 */
public final class ManifestParser {
    /** A manifest has fewer characters than this. */
    public static final int MAX_LENGTH = 16384;

    private static final int MAX_IMAGE = 128;
    private static final int MIN_SECRET = 3;
    private static final int MAX_SECRET = 512;

    private ManifestParser() {}

    /** Whether the text is too long to be a manifest; the API reports this apart from all other problems. */
    public static boolean isTooLong(String text) {
        return text.length() >= MAX_LENGTH && text.codePointCount(0, text.length()) >= MAX_LENGTH;
    }

    /** Reads a manifest from the bytes of a file, which must be UTF-8. */
    public static Manifest parse(byte[] bytes) throws ManifestException {
        return parse(decode(bytes));
    }

    /** Reads a manifest. */
    public static Manifest parse(String text) throws ManifestException {
        if (isTooLong(text)) {
            throw new ManifestException(
                    ManifestException.Kind.LENGTH,
                    "manifest must be less than " + MAX_LENGTH + " characters",
                    Position.START,
                    "manifest",
                    "move long scripts into a repository that is cloned as a source");
        }
        Optional<YamlNode> root = YamlReader.read(text);
        if (root.isEmpty()) {
            throw imageRequired(new YamlNode.Mapping(Map.of(), Position.START, 0));
        }
        if (!(root.get() instanceof YamlNode.Mapping mapping)) {
            throw Values.wrongType(
                    root.get(), "manifest", "a mapping", "begin with a line such as 'image: debian/stable'");
        }
        return manifest(mapping);
    }

    private static Manifest manifest(YamlNode.Mapping root) throws ManifestException {
        var fields = new Fields();
        for (Map.Entry<String, YamlNode.Entry> entry : root.entries().entrySet()) {
            Optional<YamlNode> value = Values.present(entry.getValue().value());
            if (value.isPresent()) {
                fields.read(entry.getKey(), value.get());
            }
        }
        if (fields.image.isEmpty()) {
            throw imageRequired(root);
        }
        if (fields.tasks.isEmpty() && !fields.shell) {
            throw ManifestException.rule(
                    "list of tasks is required",
                    place(root, "tasks"),
                    "tasks",
                    KeyGuess.hint(root, "tasks", "add tasks, or shell: true for a machine to log in to"));
        }
        return fields.toManifest();
    }

    private static ManifestException imageRequired(YamlNode.Mapping root) {
        return ManifestException.rule(
                "image is required",
                place(root, "image"),
                "image",
                KeyGuess.hint(root, "image", "add a line such as 'image: debian/stable'"));
    }

    private static Position place(YamlNode.Mapping root, String key) {
        YamlNode.Entry entry = root.entries().get(key);
        return entry == null ? root.position() : entry.key().position();
    }

    private static String decode(byte[] bytes) throws ManifestException {
        CharBuffer out = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try {
            var result = decoder.decode(in, out, true);
            if (result.isError()) {
                result.throwException();
            }
        } catch (CharacterCodingException e) {
            String before = out.flip().toString();
            throw ManifestException.syntax(
                    "byte 0x%02X is not UTF-8".formatted(in.get(in.position())),
                    Position.ofCodePoint(before, before.codePointCount(0, before.length())),
                    "save the file as UTF-8 text");
        }
        return out.flip().toString();
    }

    /** What has been read so far. Problems come up in the order of the text, so the first one wins. */
    private static final class Fields {
        private String image = "";
        private @Nullable String arch;
        private List<String> packages = List.of();
        private final Map<String, String> repositories = new LinkedHashMap<>();
        private final List<SourceUrl> sources = new ArrayList<>();
        private Map<String, EnvironmentValue> environment = Map.of();
        private List<String> secrets = List.of();
        private boolean shell;
        private List<String> artifacts = List.of();
        private List<Manifest.Task> tasks = List.of();
        private List<Trigger> triggers = List.of();
        private List<OAuthGrant> oauth = List.of();

        void read(String key, YamlNode value) throws ManifestException {
            switch (key) {
                case "image" -> image = image(value);
                case "arch" -> arch = Values.text(value, key);
                case "packages" -> packages = plain(Values.texts(value, key));
                case "repositories" -> readRepositories(value);
                case "sources" -> readSources(value);
                case "environment" -> environment = EnvironmentReader.read(value);
                case "secrets" -> secrets = secrets(value);
                case "shell" -> shell = Values.bool(value, key);
                case "artifacts" -> artifacts = artifacts(value);
                case "tasks" -> tasks = TaskReader.read(value);
                case "triggers" -> triggers = TriggerReader.read(value);
                case "oauth" -> oauth = OAuthGrant.parseAll(Values.scalar(value, key));
                default -> {}
            }
        }

        Manifest toManifest() {
            return new Manifest(
                    image,
                    arch,
                    packages,
                    repositories,
                    sources,
                    environment,
                    secrets,
                    shell,
                    artifacts,
                    tasks,
                    triggers,
                    oauth);
        }

        private static String image(YamlNode value) throws ManifestException {
            String image = Values.text(value, "image").strip();
            if (image.codePointCount(0, image.length()) > MAX_IMAGE) {
                throw ManifestException.rule(
                        "image must be <= " + MAX_IMAGE + " characters", value.position(), "image", null);
            }
            return image;
        }

        private void readRepositories(YamlNode value) throws ManifestException {
            for (Map.Entry<String, YamlNode.Entry> entry :
                    Values.mapping(value, "repositories").entries().entrySet()) {
                String name = entry.getKey();
                repositories.put(name, Values.text(entry.getValue().value(), "repositories." + name));
            }
        }

        private void readSources(YamlNode value) throws ManifestException {
            for (YamlNode.Scalar item : Values.texts(value, "sources")) {
                SourceUrl source = SourceUrl.parse(item.text());
                if (source.ref() != null && source.ref().startsWith("-")) {
                    throw ManifestException.rule(
                            "invalid source ref '" + Values.shorten(source.ref()) + "'",
                            item.position(),
                            "sources",
                            "name a branch, a tag or a commit; none of them begins with '-'");
                }
                sources.add(source);
            }
        }

        private static List<String> secrets(YamlNode value) throws ManifestException {
            List<YamlNode.Scalar> secrets = Values.texts(value, "secrets");
            for (YamlNode.Scalar secret : secrets) {
                int length = secret.text().codePointCount(0, secret.text().length());
                if (length < MIN_SECRET || length > MAX_SECRET) {
                    throw ManifestException.rule(
                            "secret '" + Values.shorten(secret.text()) + "' must be a UUID or a name of " + MIN_SECRET
                                    + " to " + MAX_SECRET + " characters",
                            secret.position(),
                            "secrets",
                            null);
                }
            }
            return plain(secrets);
        }

        private static List<String> artifacts(YamlNode value) throws ManifestException {
            List<YamlNode.Scalar> artifacts = Values.texts(value, "artifacts");
            Set<String> names = new HashSet<>();
            for (YamlNode.Scalar artifact : artifacts) {
                if (artifact.text().isBlank()) {
                    throw ManifestException.rule(
                            "artifact path is empty",
                            artifact.position(),
                            "artifacts",
                            "name a file, or remove the item");
                }
                if (!names.add(baseName(artifact.text()))) {
                    throw ManifestException.rule(
                            "duplicate artifact " + Values.shorten(artifact.text()),
                            artifact.position(),
                            "artifacts",
                            "artifacts need different file names; rename the file in the last task");
                }
            }
            return plain(artifacts);
        }

        private static String baseName(String path) {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        private static List<String> plain(List<YamlNode.Scalar> scalars) {
            return scalars.stream().map(YamlNode.Scalar::text).toList();
        }
    }
}
