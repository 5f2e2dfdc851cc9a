-- The first schema. Migrations are append-only: this file never changes once a workspace with it exists.

-- Ground: what was imported. Records never change and are never deleted; undoing an import makes its source inactive.
CREATE TABLE sources (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    path         TEXT NOT NULL,
    format       TEXT NOT NULL,
    digest       TEXT NOT NULL,
    -- Of all raw texts.
    bytes        INTEGER NOT NULL,
    read         INTEGER NOT NULL,
    accepted     INTEGER NOT NULL,
    blank        INTEGER NOT NULL,
    rejected     INTEGER NOT NULL,
    image_root   TEXT,
    prefix       TEXT,
    split        TEXT,
    protected    INTEGER NOT NULL CHECK (protected IN (0, 1)),
    active       INTEGER NOT NULL CHECK (active IN (0, 1)),
    -- Its records have the ids first_record .. first_record + accepted - 1.
    first_record INTEGER NOT NULL,
    CHECK (read = accepted + blank + rejected)
) STRICT;

CREATE TABLE records (
    id        INTEGER PRIMARY KEY,
    source    INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    raw_text  TEXT NOT NULL,
    file_name TEXT,
    fields    TEXT
) STRICT;

CREATE TABLE rejects (
    source INTEGER NOT NULL REFERENCES sources (id) DEFERRABLE INITIALLY DEFERRED,
    line   INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX rejects_by_source ON rejects (source, line);

-- Ground: the layers over a record.
CREATE TABLE marks (
    record INTEGER PRIMARY KEY REFERENCES records (id),
    mark   TEXT NOT NULL CHECK (mark IN ('keep', 'drop', 'flag')),
    reason TEXT
) STRICT;

CREATE TABLE edits (
    record INTEGER PRIMARY KEY REFERENCES records (id),
    text   TEXT NOT NULL
) STRICT;

CREATE TABLE duplicates (
    record  INTEGER PRIMARY KEY REFERENCES records (id),
    witness INTEGER NOT NULL REFERENCES records (id),
    score   REAL NOT NULL,
    CHECK (record <> witness)
) STRICT;

CREATE TABLE assignments (
    record INTEGER PRIMARY KEY REFERENCES records (id),
    split  TEXT NOT NULL
) STRICT;

-- Ground: named values; `pipeline` is the id of the pipeline that rules the texts.
CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pipelines (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    digest  TEXT NOT NULL UNIQUE,
    source  TEXT NOT NULL,
    -- Derived: outcomes exist for the records with ids up to this one.
    covered INTEGER NOT NULL
) STRICT;

-- Derived: what a pipeline made of a record; no row where it changed nothing.
CREATE TABLE outcomes (
    pipeline   INTEGER NOT NULL REFERENCES pipelines (id),
    record     INTEGER NOT NULL REFERENCES records (id),
    text       TEXT,
    dropped_by TEXT,
    fired      TEXT,
    PRIMARY KEY (pipeline, record)
) STRICT, WITHOUT ROWID;

-- Derived: the similarity graph of each lens, keyed by a digest of the texts it was built from.
CREATE TABLE graphs (
    id     INTEGER PRIMARY KEY,
    lens   TEXT NOT NULL UNIQUE,
    floor  REAL NOT NULL,
    digest TEXT NOT NULL,
    nodes  INTEGER NOT NULL,
    edges  INTEGER NOT NULL
) STRICT;

CREATE TABLE graph_chunks (
    graph INTEGER NOT NULL REFERENCES graphs (id),
    part  TEXT NOT NULL CHECK (part IN ('records', 'node_of', 'edges')),
    chunk INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (graph, part, chunk)
) STRICT;

-- The operation log.
CREATE TABLE operations (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL,
    description  TEXT NOT NULL,
    command      TEXT NOT NULL,
    -- Milliseconds since 1970, UTC.
    at           INTEGER NOT NULL,
    -- Its changes have the ids first_change .. first_change + changes - 1.
    first_change INTEGER NOT NULL,
    changes      INTEGER NOT NULL,
    -- For undo and redo: the operation that was undone or redone.
    target       INTEGER REFERENCES operations (id),
    undone       INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT;

CREATE TABLE changes (
    id      INTEGER PRIMARY KEY,
    -- mark, edit, duplicate, split (key: a record) · active, protected (key: a source) · setting (key: 0, the name in `name`)
    part    TEXT NOT NULL,
    key     INTEGER NOT NULL,
    name    TEXT,
    before  TEXT,
    after   TEXT
) STRICT;
CREATE INDEX changes_by_key ON changes (key);
