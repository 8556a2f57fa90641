/**
 * The overview in one part: a list of all merchants' cells walks one index rather than sixteen, and is planned over one
 * table (docs/decisions/store.md).
 */

const COLUMNS = [
  ...['merchant', 'product', 'product_type', 'unit', 'rows', 'last_day', 'model_id', 'wape', 'elasticity'],
  ...['elasticity_low', 'elasticity_high', 'trained_at', 'has_candidate', 'run_status', 'run_holder', 'run_id'],
  ...['current_price', 'recommended_price', 'gain', 'probability_better', 'recommended', 'horizon_days', 'reasons'],
  ...['recommendation_id', 'recommendation_status', 'revision', 'last_price', 'price_since', 'is_untold'],
  ...['priced_model', 'priced_rows', 'priced_day', 'exported_price', 'exported_before', 'exported_day'],
  ...['horizon_count', 'horizon_unit'],
].join(', ');

const ORDERS = [
  ...['current_price', 'elasticity', 'gain', 'last_day', 'last_price', 'probability_better', 'recommended_price'],
  ...['stage', 'trained_at', 'wape', 'recommended', 'state', 'recommendation_status', 'product_type'],
];

const namesOf = (kind: string, column: string): string =>
  `kind = '${kind}' AND EXISTS (SELECT 1 FROM demanda.overview o WHERE o.${column} = name)`;

export const WHOLE_OVERVIEW = `
  CREATE TABLE demanda.overview_whole (LIKE demanda.overview INCLUDING DEFAULTS INCLUDING GENERATED);
  -- Its owner sees every row, whatever roles it has.
  ALTER TABLE demanda.overview NO FORCE ROW LEVEL SECURITY;
  INSERT INTO demanda.overview_whole (${COLUMNS}) SELECT ${COLUMNS} FROM demanda.overview ORDER BY merchant, product;
  DROP POLICY own_product ON demanda.overview_name;
  DROP POLICY own_type ON demanda.overview_name;
  DROP TABLE demanda.overview;
  ALTER TABLE demanda.overview_whole RENAME TO overview;
  ALTER TABLE demanda.overview ADD CONSTRAINT overview_pkey PRIMARY KEY (merchant, product);
  CREATE INDEX overview_by_product ON demanda.overview (product, merchant);
  CREATE INDEX overview_by_recommendation ON demanda.overview (recommendation_id);
  CREATE INDEX overview_by_reason ON demanda.overview USING gin (reasons) WITH (fastupdate = off);
  CREATE INDEX overview_spread ON demanda.overview
    (product_type, merchant, wape, elasticity, elasticity_low, elasticity_high);
  ${ORDERS.map((column) => `CREATE INDEX overview_by_${column} ON demanda.overview (${column}, merchant, product);`).join('\n  ')}
  CREATE TRIGGER names_added AFTER INSERT ON demanda.overview REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION demanda.show_names();
  CREATE TRIGGER names_changed AFTER UPDATE ON demanda.overview REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION demanda.show_names();
  ALTER TABLE demanda.overview ENABLE ROW LEVEL SECURITY;
  ALTER TABLE demanda.overview FORCE ROW LEVEL SECURITY;
  CREATE POLICY staff ON demanda.overview TO demanda_staff USING (true) WITH CHECK (true);
  CREATE POLICY own ON demanda.overview FOR ALL TO demanda_tenant
    USING (merchant = current_setting('demanda.merchant', true));
  CREATE POLICY own_product ON demanda.overview_name FOR SELECT TO demanda_tenant USING (${namesOf('product', 'product')});
  CREATE POLICY own_type ON demanda.overview_name FOR SELECT TO demanda_tenant
    USING (${namesOf('productType', 'product_type')});
  GRANT SELECT, INSERT, UPDATE, DELETE ON demanda.overview TO demanda_staff, demanda_tenant;`;
