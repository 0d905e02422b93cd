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

create index channels_of_jobset on channels (jobset_id);
create index builds_of_job on builds (job_name, created_at desc);
