package dev.trivet.web.view;

import org.jspecify.annotations.Nullable;

/** What surrounds a page: its title, the static files, who is signed in, and how often to load it again without a script (0 for never). */
public record Frame(
        String title,
        String style,
        String script,
        String icon,
        @Nullable String user,
        String csrfToken,
        String path,
        int refreshSeconds,
        long now) {}
