-- What remote runners last said of themselves, and how their attempts went. A runner without a row here is embedded in a server.
create table runner_report (
    runner_id            uuid primary key references runner on delete cascade,
    -- The credential that this identity belongs to: another one cannot take it over.
    token_id             bigint           not null,
    host                 text             not null,
    protocol             int              not null,
    systems              text[]           not null,
    features             text[]           not null,
    cpus                 int              not null,
    speed_factor         double precision not null,
    load1                double precision not null default 0,
    load5                double precision not null default 0,
    load15               double precision not null default 0,
    memory_total         bigint           not null default 0,
    memory_used          bigint           not null default 0,
    disk_free            bigint           not null default 0,
    pressure_cpu         double precision,
    pressure_memory      double precision,
    pressure_io          double precision,
    current_jobs         int              not null default 0,
    succeeded            bigint           not null default 0,
    failed               bigint           not null default 0,
    consecutive_failures int              not null default 0,
    created_at           timestamptz      not null,
    seen_at              timestamptz      not null
) with (fillfactor = 50);
