-- What channels show, and what they have shown (spec sections 2.8 and 8).

-- An evaluation that a channel shows does not vanish under it. Checked at the end of a transaction: a jobset goes with its channels.
alter table channels drop constraint channels_current_evaluation_id_fkey;
alter table channels add constraint channels_current_evaluation_id_fkey
    foreign key (current_evaluation_id) references evaluations deferrable initially deferred;
create index channels_current on channels (current_evaluation_id) where current_evaluation_id is not null;
create index channels_by_name on channels (name, created_at desc);

-- The time of the newest evaluation that it has ever shown: what comes by itself is newer. So an old evaluation that is green late changes
-- nothing, and what somebody went back from does not return.
alter table channels add column promoted_up_to timestamptz;
-- How many there have been; the last one is what it shows.
alter table channels add column promotions int not null default 0;

create table channel_promotions (
    id              uuid        primary key default gen_random_uuid(),
    channel_id      uuid        not null references channels on delete cascade,
    number          int         not null check (number > 0),
    evaluation_id   uuid        not null references evaluations on delete cascade,
    -- As they were then: the same evaluation may be made again with other inputs.
    evaluation_time timestamptz not null,
    commit_hash     varchar(64) not null,
    kind            text        not null check (kind in ('automatic', 'manual', 'rollback')),
    forced          boolean     not null default false,
    -- The number of the promotion that a rollback went back to.
    back_to         int,
    actor_kind      text,
    actor_id        uuid,
    actor_name      text,
    promoted_at     timestamptz not null default now(),
    -- When its files were made.
    published_at    timestamptz,
    unique (channel_id, number)
);
create index channel_promotions_of_evaluation on channel_promotions (evaluation_id);
create index channel_promotions_unpublished on channel_promotions (promoted_at) where published_at is null;

-- What is downloaded of a promotion; the bytes are blobs.
create table channel_files (
    promotion_id uuid   not null references channel_promotions on delete cascade,
    name         text   not null,
    blob         text   not null,
    size         bigint not null,
    primary key (promotion_id, name)
);
create index channel_files_blob on channel_files (blob);

-- Whether an evaluation is green is asked at each end of a build.
create index builds_bad on builds (evaluation_id) where status not in ('pending', 'running', 'succeeded');

-- Those that were promoted by other means before there was a history.
insert into channel_promotions (channel_id, number, evaluation_id, evaluation_time, commit_hash, kind, promoted_at)
select c.id, 1, e.id, e.evaluation_time, e.commit_hash, 'automatic', c.updated_at
from channels c join evaluations e on e.id = c.current_evaluation_id;
update channels c set promotions = 1, promoted_up_to = e.evaluation_time
from evaluations e where e.id = c.current_evaluation_id;
