/** Cells, sales, prices, models and recommendations. */
export const MIGRATION_1 = `
  CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE cell (
    id INTEGER PRIMARY KEY, merchant TEXT NOT NULL, product TEXT NOT NULL, product_type TEXT NOT NULL, unit TEXT NOT NULL,
    frequency TEXT NOT NULL, rows INTEGER NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL,
    UNIQUE (merchant, product)) STRICT;
  CREATE INDEX cell_by_type ON cell (product_type);
  CREATE TABLE sale (
    cell INTEGER NOT NULL REFERENCES cell (id), day INTEGER NOT NULL, quantity REAL NOT NULL, price REAL, cost REAL, promo REAL,
    sold_out INTEGER NOT NULL, waste REAL, market_price REAL, covariates TEXT, PRIMARY KEY (cell, day)) STRICT, WITHOUT ROWID;
  CREATE TABLE known_covariate (name TEXT PRIMARY KEY) STRICT;
  CREATE TABLE market_price (name TEXT NOT NULL, day INTEGER NOT NULL, price REAL NOT NULL, PRIMARY KEY (name, day)) STRICT, WITHOUT ROWID;
  CREATE TABLE cost (
    merchant TEXT NOT NULL, product TEXT NOT NULL, day INTEGER NOT NULL, cost REAL NOT NULL,
    PRIMARY KEY (product, merchant, day)) STRICT, WITHOUT ROWID;
  CREATE TABLE held_cell (merchant TEXT NOT NULL, product TEXT NOT NULL, pid INTEGER NOT NULL, since TEXT NOT NULL, PRIMARY KEY (merchant, product)) STRICT;
  CREATE TABLE model (
    model_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, merchant TEXT NOT NULL, product TEXT NOT NULL, product_type TEXT NOT NULL, unit TEXT NOT NULL,
    version INTEGER NOT NULL, iterations INTEGER NOT NULL, wape REAL, rmse REAL, rmsse REAL, elasticity REAL NOT NULL, elasticity_low REAL NOT NULL,
    elasticity_high REAL NOT NULL, own_rows INTEGER NOT NULL, trained_at TEXT NOT NULL, seconds REAL NOT NULL, seed INTEGER NOT NULL,
    crc INTEGER NOT NULL, document BLOB NOT NULL, UNIQUE (merchant, product, version)) STRICT;
  CREATE TABLE model_alias (
    merchant TEXT NOT NULL, product TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (merchant, product, alias)) STRICT;
  CREATE TABLE recommendation (
    id INTEGER PRIMARY KEY, merchant TEXT NOT NULL, product TEXT NOT NULL, at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  CREATE INDEX recommendation_by_cell ON recommendation (merchant, product, at);
  CREATE TABLE document (kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (kind, key)) STRICT;
  `;
