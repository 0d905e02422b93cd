-- How a forge proves that a delivery is its own: one secret for each project and kind of forge.
create table webhook_configs (
    id          uuid        primary key default gen_random_uuid(),
    project_id  uuid        not null references projects on delete cascade,
    forge_type  text        not null check (forge_type in ('github', 'gitea', 'forgejo', 'gitlab')),
    -- The secret itself: what is signed with it cannot be checked against a hash. It is never shown.
    secret_hash text,
    enabled     boolean     not null default true,
    created_at  timestamptz not null default now(),
    unique (project_id, forge_type)
);

-- Who belongs to a project; users have a table of their own.
create table project_members (
    id         uuid        primary key default gen_random_uuid(),
    project_id uuid        not null references projects on delete cascade,
    user_id    uuid        not null,
    role       text        not null default 'member' check (role in ('admin', 'maintainer', 'member')),
    created_at timestamptz not null default now(),
    unique (project_id, user_id)
);
create index project_members_of_user on project_members (user_id);

create index channels_of_jobset on channels (jobset_id);
create index builds_of_job on builds (job_name, created_at desc);
