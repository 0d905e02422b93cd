-- People and their keys (spec section 1.3). Users, passwords, sessions and tokens themselves are those of accounts; here is what only this
-- contract knows of them.

create table users (
    user_id          bigint      primary key references accounts.users on delete cascade,
    user_type        text        not null default 'local' check (user_type in ('local', 'github', 'google', 'ldap')),
    -- For users that are no administrators; those have the role admin.
    role             text        not null default 'read-only'
        check (role in ('read-only', 'create-projects', 'eval-jobset', 'cancel-build', 'restart-jobs', 'bump-to-front')),
    email_verified   boolean     not null default false,
    public_dashboard boolean     not null default false,
    updated_at       timestamptz not null default now(),
    last_login_at    timestamptz
);

create view people as
select a.id as user_id, a.uid as id, a.username, a.email, a.display_name as full_name, coalesce(u.user_type, 'local') as user_type,
    case when a.administrator then 'admin' else coalesce(u.role, 'read-only') end as role, a.suspended is null as enabled,
    coalesce(u.email_verified, false) as email_verified, coalesce(u.public_dashboard, false) as public_dashboard,
    a.created as created_at, coalesce(u.updated_at, a.created) as updated_at, u.last_login_at
from accounts.users a left join users u on u.user_id = a.id;

create table api_keys (
    id         uuid        primary key default gen_random_uuid(),
    name       text        not null check (length(name) between 1 and 255),
    token_id   bigint      not null unique references accounts.tokens on delete cascade,
    role       text        not null default 'read-only' check (role in ('admin', 'read-only', 'create-projects', 'eval-jobset',
        'cancel-build', 'restart-jobs', 'bump-to-front')),
    created_at timestamptz not null default now()
);

create table project_members (
    id         uuid        primary key default gen_random_uuid(),
    project_id uuid        not null references projects on delete cascade,
    user_id    bigint      not null references accounts.users on delete cascade,
    role       text        not null default 'member' check (role in ('admin', 'maintainer', 'member')),
    created_at timestamptz not null default now(),
    unique (project_id, user_id)
);
create index project_members_of_user on project_members (user_id);

create table starred_jobs (
    id         uuid        primary key default gen_random_uuid(),
    user_id    bigint      not null references accounts.users on delete cascade,
    project_id uuid        not null references projects on delete cascade,
    jobset_id  uuid        references jobsets on delete cascade,
    job_name   text        not null check (length(job_name) between 1 and 255),
    created_at timestamptz not null default now(),
    unique nulls not distinct (user_id, project_id, jobset_id, job_name)
);
create index starred_jobs_of_project on starred_jobs (project_id);
create index starred_jobs_of_jobset on starred_jobs (jobset_id);

create table news (
    id         uuid        primary key default gen_random_uuid(),
    title      text        not null,
    content    text        not null,
    created_by uuid        references accounts.users (uid) on delete set null,
    created_at timestamptz not null default now()
);
create index news_page on news (created_at desc, id);

-- Who did what. Nothing refers to it and it refers to nothing: it outlives what it tells of.
create table audit_log (
    id          uuid        primary key default gen_random_uuid(),
    occurred_at timestamptz not null default now(),
    actor_kind  text        not null check (actor_kind in ('api_key', 'user', 'anonymous')),
    actor_id    uuid,
    actor_name  text,
    action      text        not null,
    target_kind text,
    target_id   text,
    details     jsonb       not null default '{}',
    remote_addr text
);
create index audit_log_page on audit_log (occurred_at desc, id);
