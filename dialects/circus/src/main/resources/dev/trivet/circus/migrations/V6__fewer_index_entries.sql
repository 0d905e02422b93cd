-- Whether the reader of its evaluation has it built. Others have to be looked for, and only those are in the index of what nobody has sent:
-- looking costs nothing for the many that an evaluation has just found.
alter table builds add column feeding boolean not null default false;
drop index builds_unsent;
create index builds_unsent on builds (created_at, id)
    where status = 'pending' and job_id is null and not is_aggregate and not feeding;

-- Builds that no job is for need no place among the jobs.
alter table builds drop constraint builds_job_id_key;
create unique index builds_job_id_key on builds (job_id) where job_id is not null;
