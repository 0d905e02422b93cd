-- Accounts elsewhere that people sign in with.
CREATE TABLE accounts.identities (
    provider text NOT NULL,
    -- The provider's own id of the account.
    subject  text NOT NULL,
    user_id  bigint NOT NULL REFERENCES accounts.users ON DELETE CASCADE,
    created  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, subject)
);
CREATE INDEX identities_by_user ON accounts.identities (user_id);
