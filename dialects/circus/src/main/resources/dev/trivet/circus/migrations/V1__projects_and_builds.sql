-- Projects, their jobsets, and what is evaluated and built of them (spec section 1.3). States of builds and evaluations are what the
-- engine's events said last: the engine's own rows are the truth, these are for asking.

create table projects (
    id             uuid        primary key default gen_random_uuid(),
    name           text        not null unique check (length(name) between 1 and 255),
    description    text,
    repository_url text        not null,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now()
);
create index projects_page on projects (created_at desc, id);

create table jobsets (
    id                uuid        primary key default gen_random_uuid(),
    project_id        uuid        not null references projects on delete cascade,
    name              text        not null check (length(name) between 1 and 255),
    nix_expression    text        not null,
    enabled           boolean     not null default true,
    flake_mode        boolean     not null default true,
    check_interval    int         not null default 60,
    branch            text,
    scheduling_shares int         not null default 100,
    state             text        not null default 'enabled'
        check (state in ('disabled', 'enabled', 'one_shot', 'one_at_a_time')),
    last_checked_at   timestamptz,
    keep_nr           int         not null default 3,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    -- How often in a row its repository could not be asked, and what was said last: the pause before the next time grows with it.
    check_failures    int         not null default 0,
    check_error       text,
    unique (project_id, name)
);
create index jobsets_page on jobsets (project_id, created_at desc, id);

create table jobset_inputs (
    id         uuid        primary key default gen_random_uuid(),
    jobset_id  uuid        not null references jobsets on delete cascade,
    name       text        not null check (length(name) between 1 and 255),
    input_type text        not null check (input_type in ('git', 'string', 'boolean', 'path', 'build')),
    value      text        not null,
    revision   text,
    created_at timestamptz not null default now(),
    unique (jobset_id, name)
);

create table evaluations (
    id              uuid         primary key default gen_random_uuid(),
    jobset_id       uuid         not null references jobsets on delete cascade,
    commit_hash     varchar(64)  not null,
    evaluation_time timestamptz  not null default now(),
    status          text         not null default 'pending' check (status in ('pending', 'running', 'completed', 'failed', 'cancelled', 'timed_out')),
    error_message   text,
    inputs_hash     varchar(128),
    pr_number       int,
    pr_head_branch  text,
    pr_base_branch  text,
    pr_action       text,
    finished_at     timestamptz,
    -- The engine's run, and its job that evaluates; set again when the evaluation is repeated.
    run_id          bigint       unique,
    job_id          bigint       unique,
    -- How many bytes of the evaluation's results have been taken in.
    results_read    bigint       not null default 0,
    unique (jobset_id, commit_hash)
);
create index evaluations_page on evaluations (evaluation_time desc, id);
create index evaluations_of_jobset on evaluations (jobset_id, evaluation_time desc, id);
create index evaluations_open on evaluations (evaluation_time) where status in ('pending', 'running');

-- What could not be evaluated, attribute by attribute.
create table evaluation_errors (
    evaluation_id uuid not null references evaluations on delete cascade,
    job_name      text not null,
    message       text not null,
    primary key (evaluation_id, job_name)
);

create table builds (
    id                uuid        primary key default gen_random_uuid(),
    evaluation_id     uuid        not null references evaluations on delete cascade,
    job_name          text        not null,
    drv_path          text        not null,
    status            text        not null default 'pending' check (status in ('pending', 'running', 'succeeded', 'failed',
        'dependency_failed', 'aborted', 'cancelled', 'failed_with_output', 'timeout', 'cached_failure', 'unsupported_system',
        'log_limit_exceeded', 'nar_size_limit_exceeded', 'non_deterministic')),
    started_at        timestamptz,
    completed_at      timestamptz,
    log_path          text,
    build_output_path text,
    error_message     text,
    system            text,
    priority          int         not null default 0,
    retry_count       int         not null default 0,
    max_retries       int         not null default 3,
    notification_pending_since timestamptz,
    log_url           text,
    created_at        timestamptz not null default now(),
    outputs           jsonb,
    is_aggregate      boolean     not null default false,
    constituents      jsonb,
    builder_id        uuid,
    agent_machine_id  uuid,
    signed            boolean     not null default false,
    keep              boolean     not null default false,
    is_fod            boolean     not null default false,
    fod_hash          text,
    meta_description  text,
    meta_license      text,
    meta_homepage     text,
    meta_maintainers  text,
    required_features text[]      not null default '{}',
    -- The engine's job that builds it now, or built it last.
    job_id            bigint      unique,
    unique (evaluation_id, job_name)
);
create index builds_page on builds (created_at desc, id);
create index builds_of_evaluation on builds (evaluation_id, created_at, id);
create index builds_by_status on builds (status, created_at desc);
create index builds_by_drv on builds (drv_path);
create index builds_completed on builds (completed_at) where completed_at is not null;

create table build_outputs (
    build uuid not null references builds on delete cascade,
    name  text not null,
    path  text,
    primary key (build, name)
);
create index build_outputs_path on build_outputs (path);

create table build_products (
    id           uuid        primary key default gen_random_uuid(),
    build_id     uuid        not null references builds on delete cascade,
    name         text        not null,
    path         text        not null,
    sha256_hash  text,
    file_size    bigint,
    content_type text,
    is_directory boolean     not null default false,
    gc_root_path text,
    created_at   timestamptz not null default now()
);
create index build_products_of_build on build_products (build_id, created_at, id);

create table build_steps (
    id           uuid        primary key default gen_random_uuid(),
    build_id     uuid        not null references builds on delete cascade,
    step_number  int         not null,
    command      text        not null,
    output       text,
    error_output text,
    started_at   timestamptz not null,
    completed_at timestamptz,
    exit_code    int,
    unique (build_id, step_number)
);

create table build_dependencies (
    id                  uuid primary key default gen_random_uuid(),
    build_id            uuid not null references builds on delete cascade,
    dependency_build_id uuid not null references builds on delete cascade,
    unique (build_id, dependency_build_id)
);
create index build_dependencies_back on build_dependencies (dependency_build_id);

create table build_metrics (
    id           uuid             primary key default gen_random_uuid(),
    build_id     uuid             not null references builds on delete cascade,
    metric_name  text             not null,
    metric_value double precision not null,
    unit         text             not null,
    collected_at timestamptz      not null default now(),
    unique (build_id, metric_name)
);

-- Derivations that failed for a reason that another try does not change.
create table failed_paths_cache (
    drv_path        text        primary key,
    source_build_id uuid        references builds on delete set null,
    failure_status  text,
    failed_at       timestamptz not null
);
create index failed_paths_age on failed_paths_cache (failed_at);

create view active_jobsets as
select j.*, p.name as project_name, p.repository_url
from jobsets j join projects p on p.id = j.project_id
where j.state <> 'disabled' and j.enabled;

-- Machines that Nix itself builds on, over SSH.
create table remote_builders (
    id                   uuid        primary key default gen_random_uuid(),
    name                 text        not null unique check (length(name) between 1 and 255),
    ssh_uri              text        not null,
    systems              text[]      not null,
    max_jobs             int         not null default 1 check (max_jobs >= 1),
    speed_factor         int         not null default 1 check (speed_factor >= 1),
    supported_features   text[]      not null default '{}',
    mandatory_features   text[]      not null default '{}',
    enabled              boolean     not null default true,
    public_host_key      text,
    ssh_key_file         text,
    consecutive_failures int         not null default 0,
    disabled_until       timestamptz,
    last_failure         timestamptz,
    cpu_cores            int,
    created_at           timestamptz not null default now()
);
alter table builds add foreign key (builder_id) references remote_builders on delete set null;

-- Named pointers to the last evaluation of a jobset that was green.
create table channels (
    id                    uuid        primary key default gen_random_uuid(),
    project_id            uuid        not null references projects on delete cascade,
    name                  text        not null check (length(name) between 1 and 255),
    jobset_id             uuid        not null references jobsets on delete cascade,
    current_evaluation_id uuid        references evaluations on delete set null,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    unique (project_id, name)
);
