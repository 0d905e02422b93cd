-- Ids for the outside that do not count users and tokens, and a name for people.
ALTER TABLE accounts.users ADD COLUMN uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid();
ALTER TABLE accounts.users ADD COLUMN display_name text;
ALTER TABLE accounts.tokens ADD COLUMN uid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid();
-- 'session': made by signing in, not listed among the keys that somebody made for a purpose.
ALTER TABLE accounts.tokens ADD COLUMN kind text NOT NULL DEFAULT 'personal' CHECK (kind IN ('personal', 'session'));

CREATE TABLE accounts.organizations (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL,
    slug        text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    url         text,
    -- Each user has one organization of their own.
    personal_of bigint UNIQUE REFERENCES accounts.users ON DELETE SET NULL,
    created     timestamptz NOT NULL
);
CREATE INDEX organizations_by_age ON accounts.organizations (created, id);

CREATE TABLE accounts.members (
    organization_id bigint NOT NULL REFERENCES accounts.organizations ON DELETE CASCADE,
    user_id         bigint NOT NULL REFERENCES accounts.users ON DELETE CASCADE,
    role            text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    created         timestamptz NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX members_by_user ON accounts.members (user_id);

CREATE TABLE accounts.invites (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id bigint NOT NULL REFERENCES accounts.organizations ON DELETE CASCADE,
    email           text NOT NULL,
    role            text NOT NULL CHECK (role IN ('admin', 'member')),
    -- SHA-256 of the token that was shown once.
    hash            bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created         timestamptz NOT NULL,
    expires         timestamptz NOT NULL
);
CREATE UNIQUE INDEX invites_one_for_each_address ON accounts.invites (organization_id, lower(email));

-- A token on its way from a browser to a command line: what it will be, never the token itself.
CREATE TABLE accounts.hand_offs (
    -- SHA-256 of the code or nonce.
    hash    bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    user_id bigint NOT NULL REFERENCES accounts.users ON DELETE CASCADE,
    grants  text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX hand_offs_by_expiry ON accounts.hand_offs (expires);
