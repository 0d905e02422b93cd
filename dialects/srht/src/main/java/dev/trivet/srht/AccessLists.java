package dev.trivet.srht;

import dev.trivet.accounts.Principal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Who may see a job and who may start and cancel it, beside its owner and administrators (spec section 1, {@code access:read} and
 * {@code access:write}). Who may write may read.
 *
 * @param visibility whether everybody may see it
 * @param readers names of users who may see it though it is private, without {@code ~}
 * @param writers names of users who may start and cancel it, without {@code ~}; {@code *} for everybody with a token
 */
public record AccessLists(Visibility visibility, List<String> readers, List<String> writers) {
    /** The name that stands for everybody. */
    public static final String EVERYBODY = "*";

    /** What a job has when nothing is said: who knows its number may see it, only the owner may change it. */
    public static final AccessLists DEFAULT = new AccessLists(Visibility.UNLISTED, List.of(), List.of());

    public AccessLists {
        Objects.requireNonNull(visibility, "visibility is null");
        readers = List.copyOf(readers);
        writers = List.copyOf(writers);
    }

    /** Whether this caller may see a job of that owner. */
    public boolean mayRead(Owner owner, Optional<Principal> caller) {
        if (visibility != Visibility.PRIVATE) {
            return true;
        }
        return caller.isPresent() && (readers.contains(caller.get().username()) || mayWrite(owner, caller.get()));
    }

    /** Whether this caller may start and cancel a job of that owner. */
    public boolean mayWrite(Owner owner, Principal caller) {
        return caller.userId() == owner.id()
                || caller.mayAdminister()
                || writers.contains(EVERYBODY)
                || writers.contains(caller.username());
    }
}
