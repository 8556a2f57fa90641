/**
 * What the intervals of forecasts held, by cell and month; and its sums by merchant and type, kept by triggers: ''
 * for all of them.
 */

const SUMS = 'sum(inside) AS inside, sum(above) AS above, sum(below) AS below';

/** Rows of what a statement wrote are added to the four sums that each belongs to, always in one order. */
const summed = (rows: string): string => `
    INSERT INTO demanda.interval_total AS s (merchant, product_type, month, inside, above, below)
      SELECT coalesce(merchant, ''), coalesce(product_type, ''), month, inside, above, below FROM (
        SELECT merchant, product_type, month, ${SUMS} FROM (${rows}) r GROUP BY month, CUBE (merchant, product_type)) c
      WHERE inside <> 0 OR above <> 0 OR below <> 0
      ORDER BY 1, 2, 3
      ON CONFLICT (merchant, product_type, month) DO UPDATE SET inside = s.inside + excluded.inside,
        above = s.above + excluded.above, below = s.below + excluded.below;`;
const ADDED = 'SELECT merchant, product_type, month, inside, above, below FROM added';
const TAKEN = 'SELECT merchant, product_type, month, -inside AS inside, -above AS above, -below AS below FROM taken';
const SWEPT = `
    DELETE FROM demanda.interval_total s USING taken o WHERE s.merchant IN ('', o.merchant)
      AND s.product_type IN ('', o.product_type) AND s.month = o.month
      AND s.inside = 0 AND s.above = 0 AND s.below = 0;`;

/** They write sums that are not the merchant's to see, of rows that are. */
const called = (name: string, body: string): string => `
  CREATE FUNCTION demanda.${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
  AS $body$ BEGIN ${body}
    RETURN NULL;
  END $body$;`;

const COUNTS = 'inside bigint NOT NULL, above bigint NOT NULL, below bigint NOT NULL';

const fenced = (table: string): string => `
  ALTER TABLE demanda.${table} ENABLE ROW LEVEL SECURITY;
  ALTER TABLE demanda.${table} FORCE ROW LEVEL SECURITY;
  CREATE POLICY staff ON demanda.${table} TO demanda_staff USING (true) WITH CHECK (true);`;
const OWN = "merchant = current_setting('demanda.merchant', true)";

export const INTERVALS = `
  CREATE TABLE demanda.interval_month (
    merchant text COLLATE "C" NOT NULL, product text COLLATE "C" NOT NULL, month text COLLATE "C" NOT NULL,
    product_type text COLLATE "C" NOT NULL, last_day int NOT NULL, ${COUNTS}, PRIMARY KEY (merchant, product, month));
  CREATE TABLE demanda.interval_total (
    merchant text COLLATE "C" NOT NULL, product_type text COLLATE "C" NOT NULL, month text COLLATE "C" NOT NULL,
    ${COUNTS}, PRIMARY KEY (merchant, product_type, month));
  ${called('intervals_added', summed(ADDED))}
  ${called('intervals_changed', summed(`${ADDED} UNION ALL ${TAKEN}`) + SWEPT)}
  ${called('intervals_removed', summed(TAKEN) + SWEPT)}
  ${called(
    'intervals_typed',
    `
    UPDATE demanda.interval_month SET product_type = NEW.product_type
      WHERE merchant = NEW.merchant AND product = NEW.product;`,
  )}
  ${called(
    'intervals_hidden',
    `
    DELETE FROM demanda.interval_month i USING taken o WHERE i.merchant = o.merchant AND i.product = o.product;`,
  )}
  CREATE TRIGGER intervals_added AFTER INSERT ON demanda.interval_month REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION demanda.intervals_added();
  CREATE TRIGGER intervals_changed AFTER UPDATE ON demanda.interval_month
    REFERENCING NEW TABLE AS added OLD TABLE AS taken
    FOR EACH STATEMENT EXECUTE FUNCTION demanda.intervals_changed();
  CREATE TRIGGER intervals_removed AFTER DELETE ON demanda.interval_month REFERENCING OLD TABLE AS taken
    FOR EACH STATEMENT EXECUTE FUNCTION demanda.intervals_removed();
  CREATE TRIGGER intervals_typed AFTER UPDATE OF product_type ON demanda.overview FOR EACH ROW
    WHEN (OLD.product_type IS DISTINCT FROM NEW.product_type) EXECUTE FUNCTION demanda.intervals_typed();
  CREATE TRIGGER intervals_hidden AFTER DELETE ON demanda.overview REFERENCING OLD TABLE AS taken
    FOR EACH STATEMENT EXECUTE FUNCTION demanda.intervals_hidden();
  ${['interval_month', 'interval_total'].map(fenced).join('')}
  CREATE POLICY own ON demanda.interval_month FOR ALL TO demanda_tenant USING (${OWN});
  CREATE POLICY own ON demanda.interval_total FOR SELECT TO demanda_tenant USING (${OWN});
  GRANT SELECT, INSERT, UPDATE, DELETE ON demanda.interval_month, demanda.interval_total TO demanda_staff;
  GRANT SELECT, INSERT, UPDATE, DELETE ON demanda.interval_month TO demanda_tenant;
  GRANT SELECT ON demanda.interval_total TO demanda_tenant;
`;
