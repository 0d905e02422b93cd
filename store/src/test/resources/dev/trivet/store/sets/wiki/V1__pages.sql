CREATE TABLE page (id int PRIMARY KEY, project bigint REFERENCES public.project (id) DEFERRABLE, text text NOT NULL);
