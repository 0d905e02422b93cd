package dev.trivet.circus;

import org.jspecify.annotations.Nullable;

/**
 * The pull or merge request that a commit was sent for.
 *
 * @param headBranch where it comes from
 * @param baseBranch where it wants to
 * @param action what happened to it, in the forge's word
 */
public record PullRequest(
        int number, @Nullable String headBranch, @Nullable String baseBranch, String action) {}
