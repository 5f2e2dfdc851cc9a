-- Named pipelines, refused changes, and fields that rules set.

-- Ground: the curator's pipelines, as TOML, by name.
CREATE TABLE named_pipelines (
    name   TEXT PRIMARY KEY,
    source TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Ground: what rules may not do to a text, by the digest of the raw text; a JSON array.
CREATE TABLE refusals (
    text    TEXT PRIMARY KEY,
    refused TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Derived: the refusals that the outcomes of a pipeline honour, as a digest; NULL for none.
ALTER TABLE pipelines ADD COLUMN refusals TEXT;
-- Derived: the version of the rules engine that made the outcomes; those of another one are made again.
ALTER TABLE pipelines ADD COLUMN engine TEXT;

-- Derived: a JSON object of the fields that rules set.
ALTER TABLE outcomes ADD COLUMN fields TEXT;
-- Derived: a digest of the refusals that this outcome honours; NULL for none.
ALTER TABLE outcomes ADD COLUMN refused TEXT;

-- Few outcomes have either; they are looked for by name.
CREATE INDEX outcomes_with_fields ON outcomes (pipeline) WHERE fields IS NOT NULL;
CREATE INDEX outcomes_that_refuse ON outcomes (pipeline) WHERE refused IS NOT NULL;
