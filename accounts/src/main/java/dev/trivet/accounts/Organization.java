package dev.trivet.accounts;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * People who share pipelines and builds (spec harmont section 1.1).
 *
 * @param id its number, never used again
 * @param slug {@code [a-z0-9-]+}, unique
 * @param url its home page
 */
public record Organization(
        long id, String name, String slug, @Nullable String url, Instant created) {
    public Organization {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(slug, "slug is null");
        Objects.requireNonNull(created, "created is null");
    }

    /** A text as slug: lower case, every run of other characters than {@code a-z0-9} one {@code -}, none at its ends; may be empty. */
    public static String slug(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
