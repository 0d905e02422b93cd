CREATE TABLE project (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    parent bigint REFERENCES project (id),
    shout text GENERATED ALWAYS AS (upper(name)) STORED
);
INSERT INTO project (name) VALUES ('seed');
