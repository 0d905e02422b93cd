package dev.trivet.srht;

import dev.trivet.srht.manifest.Manifest;
import dev.trivet.srht.manifest.ManifestException;
import dev.trivet.srht.manifest.ManifestParser;
import dev.trivet.srht.manifest.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The fields of {@code POST /api/jobs} and {@code POST /api/job-group} as values (spec section 3.3). */
final class SubmissionForm {
    private static final int MAX_TAGS = 2048;
    private static final int MAX_NAMES = 1000;
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.:-]+");

    private SubmissionForm() {}

    /** @throws dev.trivet.http.HttpException 400 with everything that is wrong */
    static Submission read(Validation valid) {
        String text = valid.requiredText("manifest");
        @Nullable String note = note(valid);
        List<String> tags = tags(valid);
        AccessLists access = access(valid);
        boolean execute = valid.bool("execute").orElse(true);
        @Nullable Boolean secrets = valid.bool("secrets").orElse(null);
        List<Trigger> triggers = triggers(valid);
        @Nullable Manifest manifest = manifest(valid, text);
        valid.check();
        if (manifest == null) {
            throw new IllegalStateException("a manifest that is refused is a problem");
        }
        return new Submission(text, manifest, note, tags, access, execute, secrets, triggers);
    }

    /** A manifest that is too long is told with its field; what is wrong inside of it is told without one. */
    private static @Nullable Manifest manifest(Validation valid, String text) {
        if (text.isEmpty() && !valid.isValid()) {
            return null;
        }
        try {
            return ManifestParser.parse(text);
        } catch (ManifestException e) {
            switch (e.kind()) {
                case LENGTH -> valid.problem("manifest", e.getMessage());
                case SYNTAX, TYPE, RULE -> valid.problem(e.getMessage());
            }
            return null;
        }
    }

    static @Nullable String note(Validation valid) {
        Optional<String> note = valid.text("note");
        if (note.isPresent() && note.get().codePointCount(0, note.get().length()) > Submission.LONGEST_NOTE) {
            valid.problem("note", "note must be <= " + Submission.LONGEST_NOTE + " characters");
        }
        return note.orElse(null);
    }

    private static List<String> tags(Validation valid) {
        List<String> tags = valid.texts("tags").orElse(List.of());
        for (String tag : tags) {
            if (!TAG.matcher(tag).matches()) {
                valid.problem("tags", "tag names must match ^[A-Za-z0-9_.:-]+$");
            }
        }
        if (tags.stream().mapToInt(tag -> tag.length() + 1).sum() > MAX_TAGS) {
            valid.problem("tags", "tags must be < " + MAX_TAGS + " characters together");
        }
        return tags;
    }

    private static AccessLists access(Validation valid) {
        List<String> read = names(valid, "access:read").orElse(List.of(AccessLists.EVERYBODY));
        List<String> write = names(valid, "access:write").orElse(List.of());
        Optional<String> named = valid.text("visibility");
        Optional<Visibility> visibility = named.flatMap(Visibility::named);
        if (named.isPresent() && visibility.isEmpty()) {
            valid.problem("visibility", "visibility should be public, unlisted or private");
        }
        boolean everybody = read.contains(AccessLists.EVERYBODY);
        List<String> readers = read.stream()
                .filter(name -> !name.equals(AccessLists.EVERYBODY))
                .toList();
        return new AccessLists(everybody ? visibility.orElse(Visibility.UNLISTED) : Visibility.PRIVATE, readers, write);
    }

    private static Optional<List<String>> names(Validation valid, String field) {
        Optional<List<String>> names = valid.texts(field);
        if (names.isPresent() && names.get().size() > MAX_NAMES) {
            valid.problem(field, field + " should be a list of at most " + MAX_NAMES + " names");
        }
        return names.map(list -> list.stream()
                .map(name -> name.startsWith("~") ? name.substring(1) : name)
                .distinct()
                .toList());
    }

    static List<Trigger> triggers(Validation valid) {
        List<Trigger> triggers = new ArrayList<>();
        for (Validation fields : valid.objects("triggers")) {
            String action = fields.requiredText("action");
            Trigger.Condition condition = condition(fields);
            switch (action) {
                case "" -> {}
                case "email" -> triggers.add(email(fields, condition));
                case "webhook" -> triggers.add(new Trigger.Webhook(condition, fields.requiredText("url")));
                default -> fields.problem("action", "action should be email or webhook");
            }
        }
        return triggers;
    }

    private static Trigger.Condition condition(Validation fields) {
        String word = fields.requiredText("condition");
        Optional<Trigger.Condition> condition = Trigger.Condition.named(word);
        if (condition.isEmpty()) {
            fields.problem("condition", "condition should be success, failure or always");
        }
        return condition.orElse(Trigger.Condition.ALWAYS);
    }

    private static Trigger email(Validation fields, Trigger.Condition condition) {
        @Nullable String to = header(fields, "to");
        @Nullable String cc = header(fields, "cc");
        if (to == null && cc == null) {
            fields.problem("to", "to is required");
        }
        return new Trigger.Email(condition, to, cc, header(fields, "in_reply_to"));
    }

    private static @Nullable String header(Validation fields, String field) {
        String text = fields.text(field).orElse("").strip();
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            fields.problem(field, field + " should be a single line");
        }
        return text.isEmpty() ? null : text;
    }
}
