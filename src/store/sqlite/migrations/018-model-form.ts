/**
 * How a model's document is kept. Those that are there are deflated JSON, and stay: to write them anew would take a
 * large store hours.
 */
export const MIGRATION_18 = `
  ALTER TABLE model ADD COLUMN form INTEGER NOT NULL DEFAULT 1;`;
