/** Checkpoints and error histories. */
export const MIGRATION_3 = `
  ALTER TABLE run ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE run ADD COLUMN pid INTEGER;
  ALTER TABLE run ADD COLUMN points INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE run ADD COLUMN error_kind TEXT;
  ALTER TABLE run ADD COLUMN first_error REAL;
  ALTER TABLE run ADD COLUMN best_error REAL;
  ALTER TABLE run ADD COLUMN best_iteration INTEGER;
  ALTER TABLE run ADD COLUMN last_error REAL;
  CREATE TABLE run_inputs (run_id TEXT PRIMARY KEY REFERENCES run (run_id), crc INTEGER NOT NULL, inputs BLOB NOT NULL) STRICT;
  CREATE TABLE checkpoint (
    run_id TEXT NOT NULL REFERENCES run (run_id), slot INTEGER NOT NULL, iteration INTEGER NOT NULL, crc INTEGER NOT NULL, state BLOB NOT NULL,
    PRIMARY KEY (run_id, slot)) STRICT;
  CREATE TABLE history (run_id TEXT PRIMARY KEY REFERENCES run (run_id), crc INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
  `;
