-- Snapshots; who moved a record into its split; by what a duplicate was dropped.

ALTER TABLE assignments ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1));
-- Lens, policy and threshold, as `lexical cover 0.70`; NULL where it was dropped before this was kept.
ALTER TABLE duplicates ADD COLUMN recipe TEXT;

-- Frozen states. Never changed and never deleted; whether one can be seen says its name.
CREATE TABLE snapshots (
    id      INTEGER PRIMARY KEY,
    -- Milliseconds since 1970, UTC.
    at      INTEGER NOT NULL,
    -- SHA-256 over what is frozen, lower-case hex.
    digest  TEXT NOT NULL,
    -- The last operation that is part of it.
    operation INTEGER NOT NULL,
    -- Counts for a list, as JSON.
    summary TEXT NOT NULL,
    -- What was proven of the borders between the splits, as JSON; NULL where there was nothing to prove it by.
    certificate TEXT,
    -- All ground state but the layers over records: JSON, compressed (zstd).
    rest    BLOB NOT NULL
) STRICT;

-- The layers over the records whose ids divided by the size of a chunk are `place`.
CREATE TABLE snapshot_chunks (
    snapshot INTEGER NOT NULL REFERENCES snapshots (id),
    place    INTEGER NOT NULL,
    chunk    TEXT NOT NULL REFERENCES chunks (digest),
    PRIMARY KEY (snapshot, place)
) STRICT, WITHOUT ROWID;

-- JSON lines, compressed (zstd), by the SHA-256 of the lines: what did not change between two snapshots is there once.
CREATE TABLE chunks (
    digest TEXT PRIMARY KEY,
    bytes  BLOB NOT NULL
) STRICT;

-- Ground: what names stand for.
CREATE TABLE snapshot_names (
    name     TEXT PRIMARY KEY,
    snapshot INTEGER NOT NULL REFERENCES snapshots (id)
) STRICT, WITHOUT ROWID;
