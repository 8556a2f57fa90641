/** Competitors' prices as they were seen; of a competitor and day the newest import counts. No merchant: everyone's. */
export const MIGRATION_24 = `
  CREATE TABLE competitor_price (
    merchant TEXT NOT NULL, product TEXT NOT NULL, competitor TEXT NOT NULL, day INTEGER NOT NULL,
    import INTEGER NOT NULL, line INTEGER NOT NULL,
    price REAL NOT NULL, promo INTEGER NOT NULL, theirs TEXT,
    PRIMARY KEY (product, merchant, competitor, day, import, line)) STRICT, WITHOUT ROWID;
  CREATE INDEX competitor_price_by_import ON competitor_price (import);`;
