/** Competitors' prices as they were seen; of a competitor and day the newest import counts. No merchant: everyone's. */

const OWN = "merchant = current_setting('demanda.merchant', true)";

export const COMPETITORS = `
  CREATE TABLE demanda.competitor_price (
    merchant text COLLATE "C" NOT NULL, product text COLLATE "C" NOT NULL, competitor text COLLATE "C" NOT NULL,
    day int NOT NULL, import int NOT NULL, line int NOT NULL,
    price float8 NOT NULL, promo int NOT NULL, theirs text COLLATE "C",
    PRIMARY KEY (product, merchant, competitor, day, import, line));
  CREATE INDEX competitor_price_by_import ON demanda.competitor_price (import);
  ALTER TABLE demanda.competitor_price ENABLE ROW LEVEL SECURITY;
  ALTER TABLE demanda.competitor_price FORCE ROW LEVEL SECURITY;
  CREATE POLICY staff ON demanda.competitor_price TO demanda_staff USING (true) WITH CHECK (true);
  CREATE POLICY own ON demanda.competitor_price FOR ALL TO demanda_tenant USING (${OWN}) WITH CHECK (${OWN});
  CREATE POLICY everyones ON demanda.competitor_price FOR SELECT TO demanda_tenant USING (merchant = '');
  GRANT SELECT, INSERT, UPDATE, DELETE ON demanda.competitor_price TO demanda_staff, demanda_tenant;
`;
