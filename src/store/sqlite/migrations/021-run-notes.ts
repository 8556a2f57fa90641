/** What people write of a run, and what it took of the machine. */
export const MIGRATION_21 = `
  ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT '';
  ALTER TABLE run ADD COLUMN cpu_seconds REAL;
  ALTER TABLE run ADD COLUMN peak_memory INTEGER;`;
