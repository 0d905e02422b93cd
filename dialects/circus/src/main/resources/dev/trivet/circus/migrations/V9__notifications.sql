-- Deliveries are in a queue that all dialects share; nothing was ever in this one.
drop table notification_tasks;

-- How projects tell of their builds, instead of as the server's configuration has it: one way of each kind.
create table notification_configs (
    id                uuid        primary key default gen_random_uuid(),
    project_id        uuid        not null references projects on delete cascade,
    notification_type text        not null check (notification_type in ('github_status', 'gitea_status', 'forgejo_status',
        'gitlab_status', 'webhook', 'email', 'slack')),
    -- What is secret in it is sealed.
    config            jsonb       not null,
    enabled           boolean     not null default true,
    created_at        timestamptz not null default now(),
    unique (project_id, notification_type)
);

-- What the servers' configuration tells for all projects.
create table notification_defaults (
    notification_type text primary key
);

-- What has happened to builds and is yet to become deliveries. Without references: it is written often, and read at once.
create table build_news (
    seq      bigint generated always as identity primary key,
    xact     xid8   not null default pg_current_xact_id(),
    build_id uuid   not null,
    status   text   not null
);

-- Whether too many builds fail, as was last said.
create table notification_alert (
    one    boolean primary key default true check (one),
    raised boolean not null default false,
    since  timestamptz
);
insert into notification_alert default values;

-- Whether anybody wants to know that a build of the evaluation is at this status.
create function build_is_told(evaluation uuid, status text) returns boolean language sql stable as $$
    select exists (
            select from circus.notification_defaults d
            where status not in ('pending', 'running') or d.notification_type like '%\_status')
        or exists (
            select from circus.evaluations e join circus.jobsets j on j.id = e.jobset_id
            join circus.notification_configs c on c.project_id = j.project_id
            where e.id = evaluation and c.enabled
              and (status not in ('pending', 'running') or c.notification_type like '%\_status'))
$$;

-- Where nobody wants to know anything, many builds cost one look.
create function builds_inserted_news() returns trigger language plpgsql as $$
begin
    if exists (select from circus.notification_defaults) or exists (select from circus.notification_configs where enabled) then
        insert into circus.build_news (build_id, status)
        select n.id, n.status
        from (select distinct i.evaluation_id, i.status from inserted i) k
        join inserted n on n.evaluation_id = k.evaluation_id and n.status = k.status
        where circus.build_is_told(k.evaluation_id, k.status) and not (n.is_aggregate and n.status = 'pending')
          -- What is brought back from a backup is no news.
          and n.created_at > now() - interval '1 day'
        order by n.created_at, n.id;
    end if;
    return null;
end $$;
create trigger trg_builds_insert_news after insert on builds referencing new table as inserted for each statement
    execute function builds_inserted_news();

create function build_status_news() returns trigger language plpgsql as $$
begin
    if (exists (select from circus.notification_defaults) or exists (select from circus.notification_configs where enabled))
        and circus.build_is_told(new.evaluation_id, new.status)
    then
        insert into circus.build_news (build_id, status) values (new.id, new.status);
    end if;
    return null;
end $$;
create trigger trg_builds_status_news after update of status on builds for each row
    when (old.status is distinct from new.status) execute function build_status_news();
