/**
 * Names that files say for others, and imports whose rows were joined with others since, which cannot be told apart any
 * more.
 */
export const MIGRATION_16 = `
  CREATE TABLE name_alias (
    kind TEXT NOT NULL, name TEXT NOT NULL, merchant TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (kind, name, merchant)) STRICT,
    WITHOUT ROWID;
  CREATE TABLE import_joined (
    import INTEGER PRIMARY KEY REFERENCES import (number), at TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL) STRICT;`;
