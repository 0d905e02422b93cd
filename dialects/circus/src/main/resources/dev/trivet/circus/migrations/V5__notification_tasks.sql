-- What is to be delivered to forges, chats and mailboxes, until it is (spec section 11).
create table notification_tasks (
    id                uuid        primary key default gen_random_uuid(),
    notification_type text        not null check (notification_type in ('github_status', 'gitea_status', 'forgejo_status',
        'gitlab_status', 'webhook', 'email', 'slack')),
    payload           jsonb       not null,
    status            text        not null default 'pending' check (status in ('pending', 'running', 'completed', 'failed')),
    attempts          int         not null default 0 check (attempts >= 0),
    max_attempts      int         not null default 5 check (max_attempts > 0),
    -- While it is pending: when it is due. While it is running: when whoever took it is given up.
    next_retry_at     timestamptz not null default now(),
    last_error        text,
    created_at        timestamptz not null default now(),
    completed_at      timestamptz
);
create index notification_tasks_page on notification_tasks (created_at desc, id);
create index notification_tasks_due on notification_tasks (next_retry_at) where status in ('pending', 'running');
create index notification_tasks_old on notification_tasks (completed_at) where completed_at is not null;

-- When each part of the server that works by itself was last at it.
create table service_heartbeats (
    service               text        primary key,
    last_heartbeat_at     timestamptz not null,
    poll_interval_seconds int         not null check (poll_interval_seconds > 0),
    version               text,
    extra                 jsonb
);

create index builds_kept on builds (id) where keep;
