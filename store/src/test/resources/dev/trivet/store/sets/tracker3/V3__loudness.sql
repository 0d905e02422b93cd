ALTER TABLE project ADD COLUMN loud boolean;
UPDATE project SET loud = name = upper(name);
ALTER TABLE project ALTER COLUMN loud SET NOT NULL;
