-- Tasks are numbered over all jobs in the GraphQL API. The steps of the engine are numbered within their job, so the numbers stand here,
-- in the order of the manifest.
create sequence task_number as int;

alter table job add column task_numbers int[] not null default '{}';

update job set task_numbers = numbered.numbers
from (
    select j.id, array_agg(nextval('srht.task_number')::int) as numbers
    from job j join public.step s on s.job_id = j.engine_job and s.number > 0
    group by j.id
) numbered
where numbered.id = job.id;

-- Pages of what a user shows to everybody.
create index public_job_of_owner on job (owner_id, id desc) where visibility = 'public';
