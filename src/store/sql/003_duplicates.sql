-- Judged pairs, graphs that can be extended, and what a screen remembers.

-- Ground: what a person said of two texts, by their digests.
CREATE TABLE judgements (
    pair    TEXT PRIMARY KEY,
    verdict TEXT NOT NULL CHECK (verdict IN ('duplicate', 'different')),
    -- Whether the pair was drawn by chance: only such answers say how precise a threshold is.
    sampled INTEGER NOT NULL CHECK (sampled IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Neither ground nor derived: thresholds last looked at, by lens and method.
CREATE TABLE preferences (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Derived, so made anew: nodes are texts now, and a graph says how it was made.
DROP TABLE graph_chunks;
DROP TABLE graphs;

CREATE TABLE graphs (
    id     INTEGER PRIMARY KEY,
    lens   TEXT NOT NULL UNIQUE,
    -- words, grams, or a model with its precision.
    method TEXT NOT NULL,
    floor  REAL NOT NULL,
    -- Of the texts it was built from, and of the masked phrases.
    digest TEXT NOT NULL,
    mask   TEXT NOT NULL,
    -- The scope, in the filter language; empty: all records.
    filter TEXT NOT NULL,
    nodes  INTEGER NOT NULL,
    edges  INTEGER NOT NULL,
    -- Strongest edges kept of each node where there were too many for all; NULL: every edge is there.
    capped INTEGER
) STRICT;

CREATE TABLE graph_chunks (
    graph INTEGER NOT NULL REFERENCES graphs (id),
    part  TEXT NOT NULL CHECK (part IN ('records', 'node_of', 'digests', 'edges')),
    chunk INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (graph, part, chunk)
) STRICT;
