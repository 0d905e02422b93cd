package dev.trivet.circus;

import org.jspecify.annotations.Nullable;

/** What is set of a project; what is null stays. */
record ProjectChange(
        @Nullable String name,
        @Nullable String repositoryUrl,
        @Nullable String description) {}
