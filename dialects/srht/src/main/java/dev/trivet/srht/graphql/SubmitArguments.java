package dev.trivet.srht.graphql;

import dev.trivet.accounts.Grant;
import dev.trivet.accounts.GrantLevel;
import dev.trivet.accounts.Principal;
import dev.trivet.srht.AccessLists;
import dev.trivet.srht.SrhtPlanner;
import dev.trivet.srht.Submission;
import dev.trivet.srht.Visibility;
import dev.trivet.srht.manifest.Manifest;
import dev.trivet.srht.manifest.ManifestException;
import dev.trivet.srht.manifest.ManifestParser;
import graphql.schema.DataFetchingEnvironment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code submit} as a submission (spec section 4.3). */
final class SubmitArguments {
    private static final int LONGEST_TAGS = 2048;
    private static final Grant SECRETS = new Grant(SrhtPlanner.DIALECT, "secrets", GrantLevel.READ);

    private SubmitArguments() {}

    /** @throws Refusal with the first argument that is wrong */
    static Submission read(DataFetchingEnvironment fetching, Principal caller) {
        String text = Fetching.text(fetching, "manifest");
        Manifest manifest = manifest(text);
        return new Submission(
                storable("manifest", text),
                manifest,
                note(fetching),
                tags(Fetching.list(fetching, "tags")),
                new AccessLists(visibility(fetching), List.of(), List.of()),
                !Boolean.FALSE.equals(fetching.getArgument("execute")),
                secrets(fetching, manifest, caller),
                List.of());
    }

    private static Manifest manifest(String text) {
        try {
            return ManifestParser.parse(text);
        } catch (ManifestException e) {
            throw switch (e.kind()) {
                case LENGTH -> Refusal.ofArgument("manifest", String.valueOf(e.getMessage()));
                case SYNTAX, TYPE, RULE -> Refusal.of(String.valueOf(e.getMessage()));
            };
        }
    }

    /** @throws Refusal if it is too long */
    static @Nullable String note(DataFetchingEnvironment fetching) {
        String note = fetching.getArgument("note");
        if (note != null && note.codePointCount(0, note.length()) > Submission.LONGEST_NOTE) {
            throw Refusal.ofArgument("note", "a note has at most " + Submission.LONGEST_NOTE + " characters");
        }
        return note == null ? null : storable("note", note);
    }

    /** Levels of the path that the tags make; empty ones are left out, which clients send when there are no tags. */
    static List<String> tags(List<String> tags) {
        List<String> levels = tags.stream()
                .flatMap(tag -> Stream.of(tag.split("/", -1)))
                .filter(level -> !level.isEmpty())
                .map(level -> storable("tags", level))
                .toList();
        if (levels.stream().mapToInt(level -> level.length() + 1).sum() > LONGEST_TAGS) {
            throw Refusal.ofArgument("tags", "tags have fewer than " + LONGEST_TAGS + " characters together");
        }
        return levels;
    }

    private static Visibility visibility(DataFetchingEnvironment fetching) {
        return Optional.ofNullable(fetching.<String>getArgument("visibility"))
                .flatMap(Visibility::named)
                .orElse(Visibility.UNLISTED);
    }

    private static boolean secrets(DataFetchingEnvironment fetching, Manifest manifest, Principal caller) {
        Boolean wanted = fetching.getArgument("secrets");
        boolean allowed = caller.allows(SECRETS);
        if (Boolean.TRUE.equals(wanted) && !allowed) {
            throw Refusal.ofArgument(
                    "secrets", "a job with secrets needs a token with the grant " + SECRETS + "; this one lacks it");
        }
        boolean asked = !manifest.secrets().isEmpty() || !manifest.oauth().isEmpty();
        return wanted == null ? asked && allowed : wanted;
    }

    /** PostgreSQL keeps no NUL, and UTF-8 no half of a surrogate pair. */
    private static String storable(String argument, String text) {
        if (text.codePoints().anyMatch(point -> point == 0 || (point >= 0xD800 && point <= 0xDFFF))) {
            throw Refusal.ofArgument(
                    argument, argument + " may not contain NUL characters or halves of surrogate pairs");
        }
        return text;
    }
}
