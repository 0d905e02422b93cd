CREATE TABLE accounts.users (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username      text NOT NULL UNIQUE CHECK (username ~ '^[a-z_][a-z0-9_-]{0,63}$'),
    email         text NOT NULL,
    administrator boolean NOT NULL DEFAULT false,
    suspended     timestamptz,
    created       timestamptz NOT NULL
);

CREATE TABLE accounts.tokens (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id   bigint NOT NULL REFERENCES accounts.users ON DELETE CASCADE,
    name      text NOT NULL,
    -- SHA-256 of the whole token text; the text itself is never stored.
    hash      bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    grants    text NOT NULL,
    -- The one token that configuration or the admin-token file sets for the first administrator.
    bootstrap boolean NOT NULL DEFAULT false,
    created   timestamptz NOT NULL,
    expires   timestamptz,
    revoked   timestamptz,
    last_used timestamptz
);
CREATE INDEX tokens_by_user ON accounts.tokens (user_id);
CREATE UNIQUE INDEX tokens_one_bootstrap ON accounts.tokens (bootstrap) WHERE bootstrap;

CREATE TABLE accounts.sessions (
    -- SHA-256 of the cookie's value.
    hash     bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    -- A session can do what its token can, and ends with it.
    token_id bigint NOT NULL REFERENCES accounts.tokens ON DELETE CASCADE,
    created  timestamptz NOT NULL,
    expires  timestamptz NOT NULL
);
CREATE INDEX sessions_by_token ON accounts.sessions (token_id);
CREATE INDEX sessions_by_expiry ON accounts.sessions (expires);
