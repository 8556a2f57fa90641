/**
 * Imports as batches that can be taken back: whose a row is, and what stood where a batch wrote. A row that was not there
 * needs the batch's number alone; of one that stayed as it was the values are not kept twice.
 */
export const MIGRATION_14 = `
  CREATE TABLE import (
    number INTEGER PRIMARY KEY, import_id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, actor TEXT NOT NULL,
      actor_name TEXT NOT NULL, merchant TEXT,
    kind TEXT NOT NULL, file TEXT NOT NULL, digest TEXT, options TEXT NOT NULL, accepted INTEGER NOT NULL,
      rejected INTEGER NOT NULL,
    replaced INTEGER NOT NULL, added INTEGER NOT NULL, unchanged INTEGER NOT NULL, merchants INTEGER NOT NULL,
      products INTEGER NOT NULL,
    first_day INTEGER, last_day INTEGER, undone_at TEXT, undone_by TEXT, undone_by_name TEXT) STRICT;
  CREATE INDEX import_by_digest ON import (digest);
  ALTER TABLE sale ADD COLUMN import INTEGER;
  ALTER TABLE cost ADD COLUMN import INTEGER;
  ALTER TABLE market_price ADD COLUMN import INTEGER;
  CREATE TABLE import_cell (
    import INTEGER NOT NULL REFERENCES import (number), cell INTEGER NOT NULL REFERENCES cell (id), created
      INTEGER NOT NULL,
    product_type TEXT NOT NULL, unit TEXT NOT NULL, given_frequency TEXT, missing_days TEXT NOT NULL,
    told_type TEXT, told_unit TEXT, told_frequency TEXT, told_missing TEXT, usual_unit TEXT NOT NULL, PRIMARY
      KEY (import, cell)) STRICT, WITHOUT ROWID;
  CREATE INDEX import_cell_by_cell ON import_cell (cell);
  CREATE TABLE import_sale (
    import INTEGER NOT NULL REFERENCES import (number), cell INTEGER NOT NULL, day INTEGER NOT NULL, previous
      INTEGER, same INTEGER NOT NULL,
    quantity REAL, price REAL, cost REAL, promo REAL, sold_out INTEGER, waste REAL, market_price REAL, covariates TEXT,
    PRIMARY KEY (import, cell, day)) STRICT, WITHOUT ROWID;
  CREATE TABLE import_price (
    import INTEGER NOT NULL REFERENCES import (number), merchant TEXT NOT NULL, name TEXT NOT NULL, day INTEGER
      NOT NULL, previous INTEGER,
    value REAL NOT NULL, PRIMARY KEY (import, name, merchant, day)) STRICT, WITHOUT ROWID;
  CREATE TABLE import_covariate (
    import INTEGER NOT NULL REFERENCES import (number), merchant TEXT NOT NULL, name TEXT NOT NULL, created
      INTEGER NOT NULL,
    PRIMARY KEY (import, merchant, name)) STRICT, WITHOUT ROWID;`;
