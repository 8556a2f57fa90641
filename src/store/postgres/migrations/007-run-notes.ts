/** What people write of a run, and what it took of the machine. */

export const RUN_NOTES = `
  ALTER TABLE demanda.run ADD COLUMN tags text NOT NULL DEFAULT '[]';
  ALTER TABLE demanda.run ADD COLUMN note text NOT NULL DEFAULT '';
  ALTER TABLE demanda.run ADD COLUMN cpu_seconds float8;
  ALTER TABLE demanda.run ADD COLUMN peak_memory bigint;`;
