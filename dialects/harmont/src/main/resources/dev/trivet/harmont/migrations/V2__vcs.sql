-- What is kept of forges: which webhooks were here, what of them is still to be done, and which statuses have been sent.

-- Webhooks that were accepted, for a week, so that a repeated one does nothing.
create table vcs_delivery (
    forge       text        not null,
    delivery_id text        not null,
    received_at timestamptz not null,
    primary key (forge, delivery_id)
);

create index vcs_delivery_by_age on vcs_delivery (received_at);

-- Events that are still to be acted on; a row goes when that is done.
create table vcs_event (
    id          bigint generated always as identity primary key,
    forge       text        not null,
    delivery_id text        not null,
    event       jsonb       not null,
    received_at timestamptz not null,
    -- How often it was taken; also tells whose claim it is.
    attempts    int         not null default 0,
    -- Not to be taken before: after a failure, and while somebody is at it.
    next_at     timestamptz not null,
    problem     text
);

create index vcs_event_due on vcs_event (next_at, id);

-- One status per build.
create table vcs_status (
    build        uuid primary key,
    forge        text        not null,
    repository   text        not null,
    sha          text        not null,
    context      text        not null,
    -- The forge's own id of it, once it has told one.
    check_id     text,
    wanted       text        not null check (wanted in ('queued', 'running', 'passed', 'failed', 'canceled', 'neutral')),
    sent         text check (sent in ('queued', 'running', 'passed', 'failed', 'canceled', 'neutral')),
    sent_at      timestamptz,
    -- Counts changes of the build; there is something to send while it is ahead of what was sent.
    version      int         not null default 1,
    sent_version int         not null default 0,
    -- An end was sent, or the forge does not want it: nothing is sent any more.
    finished     boolean     not null default false,
    attempts     int         not null default 0,
    -- Not to be sent before: after a failure, and while somebody is sending.
    next_at      timestamptz not null,
    -- Not to be sent before: the forge has asked for it, for everything of the repository's owner.
    snoozed_to   timestamptz,
    -- Tells whose claim it is.
    claim        int         not null default 0,
    problem      text,
    created_at   timestamptz not null,
    updated_at   timestamptz not null
);

create index vcs_status_due on vcs_status (forge, next_at) where not finished and version > sent_version;
-- For runs again, which name a check or a commit.
create index vcs_status_of_commit on vcs_status (forge, repository, sha);
create index vcs_status_by_age on vcs_status (updated_at);
