/** Values of sales that are far off those around them are held until they are accepted. */
export const MIGRATION_15 = `
  CREATE TABLE held_value (
    cell INTEGER NOT NULL REFERENCES cell (id) ON DELETE CASCADE, day INTEGER NOT NULL, field TEXT NOT NULL, value REAL NOT NULL,
    usual REAL, reason TEXT NOT NULL, accepted INTEGER NOT NULL, PRIMARY KEY (cell, day, field)) STRICT, WITHOUT ROWID;`;
