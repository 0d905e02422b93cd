package dev.trivet.circus;

import dev.trivet.circus.Declaration.DeclaredKey;
import dev.trivet.circus.Declaration.DeclaredMember;
import dev.trivet.circus.Declaration.DeclaredNotification;
import dev.trivet.circus.Declaration.DeclaredUser;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The part of a {@link Declaration} that is about people: its rows are others' than those of projects. Each method works in the transaction
 * of the handle, may be called with the same lists again and again, and logs what it has to skip.
 */
public interface DeclaredPeople {
    /** Leaves everything as it is. */
    DeclaredPeople NONE = new DeclaredPeople() {
        @Override
        public void accounts(Handle handle, List<DeclaredUser> users, List<DeclaredKey> keys) {}

        @Override
        public void members(Handle handle, UUID projectId, List<DeclaredMember> members) {}

        @Override
        public void notifications(Handle handle, UUID projectId, List<DeclaredNotification> notifications) {}
    };

    /** Makes and changes users and API keys; those that are not declared stay. Called before any project. */
    void accounts(Handle handle, List<DeclaredUser> users, List<DeclaredKey> keys);

    /** Makes these all members of the project; the list is not empty. */
    void members(Handle handle, UUID projectId, List<DeclaredMember> members);

    /** Makes these all notifications of the project; the list is not empty. */
    void notifications(Handle handle, UUID projectId, List<DeclaredNotification> notifications);
}
