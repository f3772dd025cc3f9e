-- Mötesminnet in PostgreSQL 15 or later with pgvector 0.8: the index, and what the bot keeps.
-- `motesminnet index` applies these files in order, each once, in the transaction that notes it in `migrations`.
-- `body` is the column to distribute by (deploy/postgres/citus.sql): it stands in every key.
-- Text is compared byte by byte (COLLATE "C"), as the embedded index does, so that the order of answers is the same.

CREATE EXTENSION IF NOT EXISTS vector;
CREATE SCHEMA IF NOT EXISTS motesminnet;
CREATE TABLE motesminnet.migrations (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());

-- The one generation that there is: a publish replaces rows and this one together.
CREATE TABLE motesminnet.generation (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  number bigint NOT NULL,
  seal text NOT NULL,
  manifest text NOT NULL
);
-- Small files that lie beside an embedded index: how the last run went, what is to be forgotten.
CREATE TABLE motesminnet.notes (name text PRIMARY KEY, data bytea NOT NULL);

CREATE TABLE motesminnet.documents (
  n bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  path text COLLATE "C",
  folder text COLLATE "C",
  sha256 text COLLATE "C",
  text text COLLATE "C" NOT NULL,
  url text COLLATE "C",
  sidecar text COLLATE "C",
  pages text COLLATE "C",
  problems text COLLATE "C",
  body text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  PRIMARY KEY (n, body),
  UNIQUE (id, body)
);

CREATE TABLE motesminnet.aliases (
  n bigint NOT NULL,
  document text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  alias text COLLATE "C",
  PRIMARY KEY (n, body)
);
CREATE INDEX ON motesminnet.aliases (body);
CREATE INDEX ON motesminnet.aliases (document);

CREATE TABLE motesminnet.meetings (
  n bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  date text COLLATE "C",
  date_precision text COLLATE "C",
  date_basis text COLLATE "C",
  date_from text COLLATE "C",
  date_to text COLLATE "C",
  date_start bigint,
  date_end bigint,
  time text COLLATE "C",
  place text COLLATE "C",
  form text COLLATE "C",
  problems text COLLATE "C",
  PRIMARY KEY (id, body)
);
CREATE INDEX ON motesminnet.meetings (body, date_from);
CREATE INDEX ON motesminnet.meetings (date_from);
CREATE INDEX ON motesminnet.meetings (document);

CREATE TABLE motesminnet.attendees (
  n bigint NOT NULL,
  meeting text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  organisation text COLLATE "C",
  status text COLLATE "C",
  role text COLLATE "C",
  start bigint NOT NULL,
  "end" bigint NOT NULL,
  body text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  PRIMARY KEY (n, body)
);
CREATE INDEX ON motesminnet.attendees (meeting);
CREATE INDEX ON motesminnet.attendees (name);
CREATE INDEX ON motesminnet.attendees (document);

CREATE TABLE motesminnet.items (
  n bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  meeting text COLLATE "C" NOT NULL,
  number text COLLATE "C",
  digits text COLLATE "C",
  number_printed bigint,
  title text COLLATE "C",
  start bigint NOT NULL,
  "end" bigint NOT NULL,
  body_start bigint,
  presenters text COLLATE "C",
  ocr bigint,
  body text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  PRIMARY KEY (n, body),
  UNIQUE (id, body)
);
CREATE INDEX ON motesminnet.items (meeting);
CREATE INDEX ON motesminnet.items (digits);
CREATE INDEX ON motesminnet.items (document);

CREATE TABLE motesminnet.decisions (
  n bigint NOT NULL,
  item text COLLATE "C" NOT NULL,
  meeting text COLLATE "C" NOT NULL,
  start bigint NOT NULL,
  "end" bigint NOT NULL,
  text text COLLATE "C" NOT NULL,
  kind text COLLATE "C",
  body text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  PRIMARY KEY (n, body)
);
CREATE INDEX ON motesminnet.decisions (item);
CREATE INDEX ON motesminnet.decisions (meeting);
CREATE INDEX ON motesminnet.decisions (document);

CREATE TABLE motesminnet.deferrals (
  n bigint NOT NULL,
  item text COLLATE "C" NOT NULL,
  meeting text COLLATE "C" NOT NULL,
  start bigint NOT NULL,
  "end" bigint NOT NULL,
  text text COLLATE "C" NOT NULL,
  kind text COLLATE "C",
  body text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  PRIMARY KEY (n, body)
);
CREATE INDEX ON motesminnet.deferrals (item);
CREATE INDEX ON motesminnet.deferrals (meeting);
CREATE INDEX ON motesminnet.deferrals (document);

CREATE TABLE motesminnet.assignments (
  n bigint NOT NULL,
  item text COLLATE "C" NOT NULL,
  meeting text COLLATE "C" NOT NULL,
  start bigint NOT NULL,
  "end" bigint NOT NULL,
  who text COLLATE "C",
  what text COLLATE "C",
  due text COLLATE "C",
  text text COLLATE "C" NOT NULL,
  person text COLLATE "C",
  body text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  PRIMARY KEY (n, body)
);
CREATE INDEX ON motesminnet.assignments (item);
CREATE INDEX ON motesminnet.assignments (meeting);
CREATE INDEX ON motesminnet.assignments (document);

CREATE TABLE motesminnet.attachments (
  n bigint NOT NULL,
  item text COLLATE "C" NOT NULL,
  meeting text COLLATE "C" NOT NULL,
  start bigint NOT NULL,
  "end" bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  PRIMARY KEY (n, body)
);
CREATE INDEX ON motesminnet.attachments (item);
CREATE INDEX ON motesminnet.attachments (meeting);
CREATE INDEX ON motesminnet.attachments (document);

CREATE TABLE motesminnet.chunks (
  n bigint NOT NULL,
  item text COLLATE "C" NOT NULL,
  meeting text COLLATE "C" NOT NULL,
  start bigint NOT NULL,
  "end" bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  text text COLLATE "C" NOT NULL,
  context text COLLATE "C",
  hash text COLLATE "C",
  body text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  tokens tsvector NOT NULL,
  PRIMARY KEY (n, body),
  UNIQUE (id, body)
);
CREATE INDEX ON motesminnet.chunks (item);
CREATE INDEX ON motesminnet.chunks (meeting);
CREATE INDEX ON motesminnet.chunks (document);
CREATE INDEX ON motesminnet.chunks USING gin (tokens);

CREATE TABLE motesminnet.vectors (
  n bigint NOT NULL,
  embedding vector NOT NULL,
  body text COLLATE "C" NOT NULL,
  document text COLLATE "C" NOT NULL,
  PRIMARY KEY (n, body)
);
CREATE INDEX ON motesminnet.vectors (document);

-- What the bot keeps across restarts and between replicas; times are seconds since 1970, UTC.
CREATE TABLE motesminnet.answered (id text PRIMARY KEY, at double precision NOT NULL);
CREATE TABLE motesminnet.turns (conversation text PRIMARY KEY, at double precision NOT NULL, turns text NOT NULL);
CREATE TABLE motesminnet.answers (id text PRIMARY KEY, at double precision NOT NULL, answer text NOT NULL);
CREATE TABLE motesminnet.feedback (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at double precision NOT NULL,
  reaction text NOT NULL,
  comment text NOT NULL,
  name text,
  answer text
);
