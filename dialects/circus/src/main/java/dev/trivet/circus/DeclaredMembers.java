package dev.trivet.circus;

import dev.trivet.circus.Declaration.DeclaredMember;
import dev.trivet.circus.Declaration.DeclaredNotification;
import dev.trivet.circus.notify.ConfigStore;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Members and notifications of projects as they are declared (spec section 12.3). Who is no user is logged and left out. Thread-safe. */
final class DeclaredMembers implements DeclaredElsewhere {
    private static final Logger log = LoggerFactory.getLogger(DeclaredMembers.class);

    private final ConfigStore configs;

    DeclaredMembers(ConfigStore configs) {
        this.configs = Objects.requireNonNull(configs, "configs is null");
    }

    @Override
    public void members(Handle handle, UUID projectId, List<DeclaredMember> members) {
        List<String> names = members.stream().map(DeclaredMember::username).toList();
        handle.createUpdate("""
                        delete from circus.project_members m using accounts.users u
                        where m.project_id = :project and u.id = m.user_id and u.username <> all(:names)
                        """)
                .bind("project", projectId)
                .bindArray("names", String.class, names)
                .execute();
        for (DeclaredMember member : members) {
            int written = handle.createUpdate("""
                            insert into circus.project_members (project_id, user_id, role)
                            select :project, id, :role from accounts.users where username = :name
                            on conflict (project_id, user_id) do update set role = excluded.role
                            """)
                    .bind("project", projectId)
                    .bind("role", member.role())
                    .bind("name", member.username())
                    .execute();
            if (written == 0) {
                log.warn("there is no user {}, who is declared to be a member of a project", member.username());
            }
        }
    }

    @Override
    public void notifications(Handle handle, UUID projectId, List<DeclaredNotification> notifications) {
        configs.declare(
                handle,
                projectId,
                notifications.stream()
                        .map(one -> new ConfigStore.Declared(one.type(), one.config(), one.enabled()))
                        .toList());
    }
}
