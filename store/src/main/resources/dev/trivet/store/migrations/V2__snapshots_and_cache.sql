-- File systems that runners keep for later jobs. One is thrown away once no open run and no kept success refers to it.
create table snapshot (
    id        text        not null,
    runner_id uuid        not null,
    made_at   timestamptz not null,
    primary key (runner_id, id)
);
insert into snapshot (id, runner_id, made_at)
select snapshot, snapshot_runner, max(coalesce(finished_at, created_at)) from job
where snapshot is not null and snapshot_runner is not null group by snapshot, snapshot_runner;

drop index job_snapshot;
create index job_snapshot on job (snapshot) where snapshot is not null;

-- What a success of this job counts for.
alter table job add column cache_key text;
create index job_cached on job (finished_at) where cache_key is not null;

-- The last success of each cache key: it counts for later jobs of the same key, with its snapshot and artifacts.
create table kept_success (
    cache_key       text        primary key,
    job_id          bigint      not null references job on delete cascade,
    snapshot        text        not null,
    snapshot_runner uuid        not null,
    made_at         timestamptz not null,
    used_at         timestamptz not null,
    foreign key (snapshot_runner, snapshot) references snapshot on delete cascade
);
create index kept_success_job on kept_success (job_id);
create index kept_success_snapshot on kept_success (snapshot_runner, snapshot);
create index kept_success_used on kept_success (used_at);

-- Source archives that jobs of a run unpack: kept as long as the run is.
create table run_blob (
    run_id bigint not null references run on delete cascade,
    blob   text   not null,
    primary key (run_id, blob)
);
create index run_blob_blob on run_blob (blob);
