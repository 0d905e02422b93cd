-- Credentials of remote runners: they belong to the installation, not to a user, and open nothing but the runners' routes.
CREATE TABLE accounts.runner_tokens (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    -- SHA-256 of the whole token text; the text itself is never stored.
    hash       bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created    timestamptz NOT NULL,
    revoked    timestamptz,
    last_used  timestamptz
);
