-- Runs, jobs and the queue. Only the engine writes these tables.

create table tenant (
    name   text primary key,
    shares int  not null default 100 check (shares between 1 and 1000000)
);

create table run (
    id               bigint generated always as identity primary key,
    dialect          text        not null,
    tenant           text        not null,
    title            text        not null,
    labels           jsonb       not null default '{}',
    state            text        not null,
    cancel_requested boolean     not null default false,
    timed_out        boolean     not null default false,
    timeout_ms       bigint,
    deadline         timestamptz,
    created_at       timestamptz not null,
    started_at       timestamptz,
    finished_at      timestamptz,
    -- Jobs per state and how many failures are forgiven: what the run's state is computed from.
    tally            jsonb       not null
) with (fillfactor = 80);
create index run_of_tenant on run (tenant, id);
create index run_deadline on run (deadline) where deadline is not null and finished_at is null;
create index run_open on run (id) where finished_at is null;

create table job (
    id                 bigint generated always as identity primary key,
    run_id             bigint      not null references run on delete cascade,
    key                text        not null,
    name               text        not null,
    state              text        not null,
    lane_id            bigint      not null,
    priority           int         not null default 0,
    open_prerequisites int         not null default 0,
    builds_in          bigint,
    freezes            boolean     not null default false,
    attempt            int         not null default 0,
    retries            int         not null default 0,
    losses             int         not null default 0,
    stop               text,
    soft_failed        boolean     not null default false,
    outcome            jsonb,
    snapshot           text,
    snapshot_runner    uuid,
    created_at         timestamptz not null,
    ready_at           timestamptz,
    started_at         timestamptz,
    finished_at        timestamptz,
    unique (run_id, key)
) with (fillfactor = 80);
create index job_snapshot on job (snapshot_runner) where snapshot is not null;

-- What a runner needs, apart from the row that changes at every step of a job's life.
create table job_spec (
    job_id    bigint primary key references job on delete cascade,
    spec      jsonb not null,
    retry     jsonb not null,
    soft_fail jsonb not null
);

create table job_edge (
    from_job bigint not null references job on delete cascade,
    to_job   bigint not null references job on delete cascade,
    kind     text   not null,
    condition text  not null,
    primary key (to_job, from_job)
);
create index job_edge_from on job_edge (from_job);

create table step (
    job_id      bigint not null references job on delete cascade,
    number      int    not null,
    name        text   not null,
    state       text   not null,
    exit_code   int,
    started_at  timestamptz,
    finished_at timestamptz,
    primary key (job_id, number)
) with (fillfactor = 80);

create table artifact (
    id         bigint generated always as identity primary key,
    job_id     bigint      not null references job on delete cascade,
    path       text        not null,
    name       text        not null,
    size       bigint      not null,
    blob       text        not null,
    created_at timestamptz not null,
    unique (job_id, path)
);
create index artifact_blob on artifact (blob);

-- One tenant with one set of requirements. Matching a runner is decided per lane, never per job.
create table lane (
    id           bigint generated always as identity primary key,
    tenant       text   not null,
    requirements text[] not null,
    unique (tenant, requirements)
);

-- Claimable jobs only. Small, hot, and vacuumed often.
create table queue (
    job_id   bigint primary key,
    lane_id  bigint not null,
    priority int    not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
create index queue_order on queue (lane_id, priority desc, job_id);

-- Ready jobs whose back-off has not passed.
create table delayed (
    job_id bigint primary key,
    due_at timestamptz not null
);
create index delayed_due on delayed (due_at);

create table runner (
    id            uuid primary key,
    name          text        not null,
    provides      text[]      not null,
    mandatory     text[]      not null,
    slots         int         not null,
    state         text        not null,
    generation    bigint      not null,
    registered_at timestamptz not null,
    beat_at       timestamptz not null
) with (fillfactor = 50);

create table lease (
    job_id     bigint primary key,
    attempt    int         not null,
    runner_id  uuid        not null,
    generation bigint      not null,
    leased_at  timestamptz not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
create index lease_runner on lease (runner_id);

create table attempt (
    job_id      bigint      not null references job on delete cascade,
    number      int         not null,
    runner_id   uuid        not null,
    leased_at   timestamptz not null,
    started_at  timestamptz,
    finished_at timestamptz,
    state       text        not null,
    outcome     jsonb,
    primary key (job_id, number)
) with (fillfactor = 80);

-- The transaction id orders events by commit: a reader never passes one that is still to come.
create table event (
    seq    bigint generated always as identity primary key,
    txid   xid8        not null default pg_current_xact_id(),
    at     timestamptz not null,
    run_id bigint      not null,
    job_id bigint,
    kind   text        not null,
    data   jsonb       not null default '{}'
);
create index event_order on event (txid, seq);
create index event_run on event (run_id, seq);
create index event_at on event using brin (at);

create table listener_cursor (
    name text primary key,
    txid xid8   not null,
    seq  bigint not null
);
