/** Stock on hand as it was counted, a row a batch; of a cell and day the newest import counts. */

const OWN = "merchant = current_setting('demanda.merchant', true)";

export const STOCK = `
  CREATE TABLE demanda.stock (
    merchant text COLLATE "C" NOT NULL, product text COLLATE "C" NOT NULL, day int NOT NULL,
    import int NOT NULL, line int NOT NULL,
    quantity float8 NOT NULL, expiry int, delivery int,
    PRIMARY KEY (merchant, product, day, import, line));
  CREATE INDEX stock_by_import ON demanda.stock (import);
  ALTER TABLE demanda.stock ENABLE ROW LEVEL SECURITY;
  ALTER TABLE demanda.stock FORCE ROW LEVEL SECURITY;
  CREATE POLICY staff ON demanda.stock TO demanda_staff USING (true) WITH CHECK (true);
  CREATE POLICY own ON demanda.stock FOR ALL TO demanda_tenant USING (${OWN}) WITH CHECK (${OWN});
  GRANT SELECT, INSERT, UPDATE, DELETE ON demanda.stock TO demanda_staff, demanda_tenant;
`;
