-- Names as all contracts allow them, and no two that differ only in case: people would take one for the other.
ALTER TABLE accounts.users DROP CONSTRAINT users_username_check;
ALTER TABLE accounts.users ADD CONSTRAINT users_username_check CHECK (username ~ '^[a-zA-Z0-9_-]{1,64}$');
CREATE UNIQUE INDEX users_by_folded_name ON accounts.users (lower(username));
CREATE INDEX users_by_email ON accounts.users (lower(email));

-- argon2id in the PHC format; nothing for users without a password.
ALTER TABLE accounts.users ADD COLUMN password_hash text;

-- Tokens of who signed in, which are removed some time after they expired.
CREATE INDEX tokens_of_sessions_by_expiry ON accounts.tokens (expires) WHERE kind = 'session';
