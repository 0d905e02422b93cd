-- What Harmont knows of builds and jobs beyond the engine's runs. State, times and artifacts are the engine's and are read from there.

create table pipeline (
    id              uuid        primary key default gen_random_uuid(),
    organization_id bigint      not null references accounts.organizations on delete cascade,
    name            text        not null,
    slug            text        not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    -- The name that it has in its repository; null for one that was made by hand.
    source_slug     text,
    description     text,
    repository      text        not null,
    -- The same for every way to write the same address: what webhooks are matched with.
    repository_key  text        not null,
    repo_name       text,
    default_branch  text        not null,
    visibility      text        not null default 'private' check (visibility in ('private', 'public')),
    archived        boolean     not null default false,
    allow_manual    boolean     not null default true,
    triggers        jsonb       not null default '[]',
    build_count     int         not null default 0,
    created         timestamptz not null,
    unique (organization_id, slug)
);
create index pipeline_page on pipeline (organization_id, created, id);
create index pipeline_repository on pipeline (repository_key) where not archived;
create index pipeline_source on pipeline (organization_id, lower(repo_name), source_slug);

create table build (
    -- What agents, log tokens and source addresses call it; no answer of the API shows it.
    id            uuid        primary key,
    pipeline_id   uuid        not null references pipeline on delete cascade,
    number        int         not null,
    -- Null for one whose pipeline was rejected: it has no jobs and never ran.
    run_id        bigint      unique references public.run on delete cascade,
    source        text        not null,
    branch        text,
    commit        text,
    message       text,
    author        text,
    created_by    bigint,
    source_blob   text,
    source_size   bigint,
    timeout_ms    bigint,
    error_code    text,
    error_message text,
    created       timestamptz not null,
    unique (pipeline_id, number)
);
create index build_of_commit on build (pipeline_id, commit) where source = 'webhook';

create table job (
    id               uuid   primary key,
    build_id         uuid   not null references build on delete cascade,
    engine_job       bigint not null unique references public.job on delete cascade,
    -- Layer by layer: prerequisites before dependents.
    position         int    not null,
    step_key         text   not null,
    label            text,
    command          text   not null,
    depends_on       uuid[] not null,
    retry_policy     jsonb,
    soft_fail_policy jsonb,
    unique (build_id, position)
);

-- Secrets of this server's own, made once: what log tokens and links to artifacts are signed with.
create table signing_key (
    purpose text  primary key,
    secret  bytea not null check (octet_length(secret) = 32)
);
