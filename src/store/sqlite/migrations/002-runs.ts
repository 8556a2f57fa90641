/** Runs and what happened in them. */
export const MIGRATION_2 = `
  CREATE TABLE run (
    run_id TEXT PRIMARY KEY, merchant TEXT NOT NULL, product TEXT NOT NULL, status TEXT NOT NULL, stop_reason TEXT NOT NULL, iterations INTEGER NOT NULL,
    simulated_rows INTEGER NOT NULL, own_rows INTEGER NOT NULL, wape REAL, rmse REAL, rmsse REAL, started_at TEXT NOT NULL, seconds REAL NOT NULL,
    seed INTEGER NOT NULL, model_id TEXT, failure_code TEXT, failure_message TEXT) STRICT;
  CREATE INDEX run_by_cell ON run (merchant, product, started_at);
  CREATE INDEX run_by_start ON run (started_at, run_id);
  CREATE TABLE run_event (
    run_id TEXT NOT NULL REFERENCES run (run_id), number INTEGER NOT NULL, iteration INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL,
    PRIMARY KEY (run_id, number)) STRICT, WITHOUT ROWID;
  `;
