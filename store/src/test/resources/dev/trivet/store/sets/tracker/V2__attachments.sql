-- Named so that the alphabet would put it before what it refers to.
CREATE TABLE attachment (
    id bigserial PRIMARY KEY,
    project bigint NOT NULL REFERENCES project (id),
    body bytea NOT NULL,
    "Odd ""name" jsonb,
    at timestamptz NOT NULL
);
