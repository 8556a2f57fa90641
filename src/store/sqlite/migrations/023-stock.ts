/** Stock on hand as it was counted, a row a batch; of a cell and day the newest import counts. */
export const MIGRATION_23 = `
  CREATE TABLE stock (
    merchant TEXT NOT NULL, product TEXT NOT NULL, day INTEGER NOT NULL,
    import INTEGER NOT NULL, line INTEGER NOT NULL,
    quantity REAL NOT NULL, expiry INTEGER, delivery INTEGER,
    PRIMARY KEY (merchant, product, day, import, line)) STRICT, WITHOUT ROWID;
  CREATE INDEX stock_by_import ON stock (import);`;
