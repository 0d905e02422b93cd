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

-- Who evaluates need not poll: whatever may be due now is told when it is committed.
create function jobsets_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('circus_jobsets_changed', case tg_table_name
        when 'evaluations' then json_build_object('op', tg_op, 'table', tg_table_name, 'jobset_id', to_jsonb(new) ->> 'jobset_id')
        else json_build_object('op', tg_op, 'table', tg_table_name) end::text);
    return null;
end $$;

create trigger trg_jobsets_insert_notify after insert on jobsets for each row execute function jobsets_changed();
create trigger trg_jobsets_delete_notify after delete on jobsets for each row execute function jobsets_changed();
create trigger trg_jobsets_update_notify after update on jobsets for each row
    when ((old.enabled, old.state, old.nix_expression, old.check_interval)
        is distinct from (new.enabled, new.state, new.nix_expression, new.check_interval))
    execute function jobsets_changed();
create trigger trg_evaluations_insert_notify after insert on evaluations for each row execute function jobsets_changed();
