-- The store that an evaluation's derivations are in, as the word that its runners offer; since when nothing of it is kept there.
alter table evaluations add column store text;
alter table evaluations add column roots_dropped_at timestamptz;
-- Whether it failed for a reason that another try may change: git, or the machine.
alter table evaluations add column worth_repeating boolean not null default false;
-- Results are read from their beginning after a restart: what is there already stays as it is.
alter table evaluations drop column results_read;
create index evaluations_kept on evaluations (finished_at) where store is not null and roots_dropped_at is null;

alter table builds add column release_name text;
-- What the derivation asks for, in seconds.
alter table builds add column build_timeout int;
alter table builds add column max_silent int;
create index builds_open on builds (evaluation_id) where status in ('pending', 'running');
create index builds_unsent on builds (evaluation_id, created_at) where status = 'pending' and job_id is null and not is_aggregate;

create index builds_aggregates on builds (evaluation_id) where is_aggregate;

-- The last commit at which a project without jobsets was looked at for what it declares of itself.
alter table projects add column declared_commit varchar(64);
alter table projects add column declared_checked_at timestamptz;

-- What the garbage collector may have of evaluations that were deleted.
create table deleted_roots (
    evaluation_id uuid primary key,
    store         text not null
);
create function evaluation_deleted() returns trigger language plpgsql as $$
begin
    insert into circus.deleted_roots (evaluation_id, store) values (old.id, old.store) on conflict do nothing;
    return null;
end $$;
create trigger trg_evaluations_delete_roots after delete on evaluations for each row
    when (old.store is not null) execute function evaluation_deleted();

create function builds_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('circus_builds_changed', json_build_object('op', tg_op, 'table', tg_table_name)::text);
    return null;
end $$;
create trigger trg_builds_insert_notify after insert on builds for each statement execute function builds_changed();
create trigger trg_builds_status_notify after update of status on builds for each statement execute function builds_changed();
