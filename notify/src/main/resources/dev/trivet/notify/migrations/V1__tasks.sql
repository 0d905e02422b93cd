-- What is to be told to others, until it is.
create table task (
    id               uuid        primary key default gen_random_uuid(),
    -- Which of two of the same stream is the later one.
    seq              bigint      generated always as identity,
    dialect          text        not null,
    kind             text        not null,
    -- Who shares its fate: those of one destination wait for each other, others do not.
    destination      text        not null,
    -- Those of one stream are delivered one after another, in their order.
    stream           text,
    -- Whether a later one of the stream makes it pointless.
    latest_only      boolean     not null default false,
    payload          jsonb       not null,
    status           text        not null default 'pending' check (status in ('pending', 'running', 'completed', 'failed')),
    attempts         int         not null default 0 check (attempts >= 0),
    max_attempts     int         not null default 5 check (max_attempts > 0),
    -- While it is pending: when it is due. While it is running: when whoever took it is given up.
    next_retry_at    timestamptz not null default now(),
    last_error       text,
    created_at       timestamptz not null default now(),
    completed_at     timestamptz,
    -- What was answered last.
    response_status  int,
    response_headers text,
    response_body    text
);
create index task_of_destination on task (destination, next_retry_at, seq) where status in ('pending', 'running');
create index task_due on task (next_retry_at) where status in ('pending', 'running');
create index task_running on task (destination, next_retry_at) where status = 'running';
create index task_of_stream on task (stream, seq) where stream is not null;
create index task_page on task (dialect, created_at desc, id);
create index task_old on task (completed_at) where completed_at is not null;

-- Destinations that are to be left alone for a while, or that have not answered.
create table destination (
    name       text        primary key,
    failures   int         not null default 0,
    held_until timestamptz
);
