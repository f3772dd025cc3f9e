-- What is worked out of all rows when they are published, so that no question has to: JSON by name.
CREATE TABLE motesminnet.figures (name text PRIMARY KEY, data text NOT NULL);
