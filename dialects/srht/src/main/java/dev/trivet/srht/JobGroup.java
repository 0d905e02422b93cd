package dev.trivet.srht;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Jobs of one owner that belong together (spec section 1); its members are the jobs with its id. */
public record JobGroup(int id, Owner owner, @Nullable String note, Instant created) {}
