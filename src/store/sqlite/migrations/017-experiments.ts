/** Price tests: the products under test, and the price that was drawn for each of their days. */
export const MIGRATION_17 = `
  CREATE TABLE experiment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL, design TEXT NOT NULL,
    turn TEXT NOT NULL, size REAL NOT NULL, seed INTEGER NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, max_loss REAL,
    expected TEXT NOT NULL, ending TEXT, ended_day INTEGER NOT NULL, ended_at TEXT, ended_by_name TEXT) STRICT;
  CREATE TABLE experiment_cell (
    experiment INTEGER NOT NULL REFERENCES experiment (id), number INTEGER NOT NULL, merchant TEXT NOT NULL, product TEXT NOT NULL,
    unit TEXT NOT NULL, base_price REAL NOT NULL, unit_cost REAL NOT NULL, model_id TEXT, PRIMARY KEY (experiment, number)) STRICT,
    WITHOUT ROWID;
  CREATE INDEX experiment_cell_by_name ON experiment_cell (merchant, product);
  CREATE TABLE experiment_price (
    experiment INTEGER NOT NULL REFERENCES experiment (id), number INTEGER NOT NULL, day INTEGER NOT NULL, level TEXT NOT NULL,
    price REAL NOT NULL, PRIMARY KEY (experiment, number, day)) STRICT, WITHOUT ROWID;`;
