package dev.trivet.circus;

import dev.trivet.circus.Declaration.DeclaredMember;
import dev.trivet.circus.Declaration.DeclaredNotification;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * What is declared inside of a project, but kept by others: its members and notifications. Each method works in the transaction of the handle,
 * may be called with the same list again and again, and logs what it has to skip.
 */
public interface DeclaredElsewhere {
    /** Leaves everything as it is. */
    DeclaredElsewhere NONE = new DeclaredElsewhere() {
        @Override
        public void members(Handle handle, UUID projectId, List<DeclaredMember> members) {}

        @Override
        public void notifications(Handle handle, UUID projectId, List<DeclaredNotification> notifications) {}
    };

    /** Makes these all members of the project; the list is not empty. */
    void members(Handle handle, UUID projectId, List<DeclaredMember> members);

    /** Makes these all notifications of the project; the list is not empty. */
    void notifications(Handle handle, UUID projectId, List<DeclaredNotification> notifications);
}
