-- What the binary cache has (spec section 1.3). A row is served if it is signed, or its path is made of its content, and its archive is there.
create table narinfo_cache (
    store_path      text        primary key,
    -- The first part of the path's last name.
    hash            text        not null unique generated always as
                                (substring(store_path from '/([0-9a-df-np-sv-z]{32})-[^/]+$')) stored,
    nar_hash        text        not null,
    nar_size        bigint      not null check (nar_size >= 0),
    file_hash       text,
    file_size       bigint      check (file_size >= 0),
    compression     text        not null,
    url             text        not null,
    -- The blob that holds the archive as it is sent.
    blob            text        check (blob ~ '^[0-9a-f]{64}$'),
    deriver         text,
    -- Last names of paths.
    "references"    text[]      not null default '{}',
    -- One signature in each line.
    sig             text,
    ca              text,
    build_id        uuid        references builds on delete set null,
    created_at      timestamptz not null default now(),
    -- When a build last needed it.
    kept_at         timestamptz not null default now(),
    last_fetched_at timestamptz
);
create index narinfo_cache_blob on narinfo_cache (blob);
create index narinfo_cache_kept on narinfo_cache (kept_at);
create index narinfo_cache_build on narinfo_cache (build_id) where build_id is not null;
-- Who refers to a path: by its last name.
create index narinfo_cache_references on narinfo_cache using gin ("references");

-- Builds whose results are still to be put into caches. A row goes when that is done; one that was given up stays as an explanation.
create table publications (
    build_id   uuid        primary key references builds on delete cascade,
    cached     boolean     not null default false,
    due_at     timestamptz not null default now(),
    attempts   int         not null default 0,
    -- Which server is at it, and until when nobody else is.
    holder     uuid,
    held_until timestamptz,
    given_up   boolean     not null default false,
    last_error text
);
create index publications_due on publications (due_at) where not given_up;

create function build_succeeded() returns trigger language plpgsql as $$
begin
    insert into circus.publications (build_id) values (new.id)
    on conflict (build_id) do update set cached = false, due_at = now(), attempts = 0, given_up = false, last_error = null;
    return null;
end $$;
create trigger trg_builds_succeeded after update of status on builds for each row
    when (new.status = 'succeeded' and old.status is distinct from new.status and not new.is_aggregate)
    execute function build_succeeded();
create trigger trg_builds_inserted_succeeded after insert on builds for each row
    when (new.status = 'succeeded' and not new.is_aggregate) execute function build_succeeded();

-- What was built before there was a cache, as far as it is kept.
insert into publications (build_id)
select b.id from builds b join evaluations e on e.id = b.evaluation_id
where b.status = 'succeeded' and not b.is_aggregate and e.store is not null and e.roots_dropped_at is null;
