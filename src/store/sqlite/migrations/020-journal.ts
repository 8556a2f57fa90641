/** What the program did by itself, and told; and the secrets that it needs for it. */
export const MIGRATION_20 = `
  CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, at TEXT NOT NULL, merchant TEXT, detail TEXT NOT NULL) STRICT;
  CREATE INDEX journal_by_kind ON journal (kind, id);
  CREATE INDEX journal_by_merchant ON journal (kind, merchant, id);
  CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`;
