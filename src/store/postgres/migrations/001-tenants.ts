/**
 * Who sees which rows (docs/decisions/store.md). The staff sees every table whole. A merchant sees the rows of its own,
 * by conditions that an index serves: with an OR in a policy every table would be walked, so that what several see has
 * policies of its own.
 */

const OWN = "current_setting('demanda.merchant', true)";

/** Whose `merchant` says whose a row is. */
const OWNED = [
  ...['cell', 'sale', 'held_value', 'import', 'import_cell', 'import_sale', 'overview', 'held_cell', 'model'],
  ...['model_alias', 'model_number', 'run', 'training', 'training_cell', 'recommendation', 'experiment_cell'],
  ...['api_key', 'session', 'audit', 'idempotent_request', 'setting', 'document'],
] as const;
/** Whose rows without a merchant, or with an empty one, are everyone's to read. */
const SHARED_EMPTY = ['cost', 'known_covariate', 'name_alias', 'import_price', 'import_covariate'] as const;
const SHARED_NULL = ['setting', 'document'] as const;
/** Rows of a run are whose the run is. */
const OF_RUNS = ['run_event', 'history', 'run_inputs', 'checkpoint'] as const;
/** In which nothing is any merchant's. */
const COMMON = ['market_price', 'import_joined', 'import_over', 'version'] as const;

const staff = (table: string): string => `
  ALTER TABLE demanda.${table} ENABLE ROW LEVEL SECURITY;
  ALTER TABLE demanda.${table} FORCE ROW LEVEL SECURITY;
  CREATE POLICY staff ON demanda.${table} TO demanda_staff USING (true) WITH CHECK (true);`;

const tenant = (name: string, table: string, command: string, condition: string): string => `
  CREATE POLICY ${name} ON demanda.${table} FOR ${command} TO demanda_tenant USING (${condition});`;

const FENCED = [
  ...[...OWNED, ...SHARED_EMPTY, ...OF_RUNS],
  ...['export_batch', 'experiment', 'experiment_price', 'overview_name'],
];

const ofCell = (id: string): string => `EXISTS (SELECT 1 FROM demanda.experiment_cell c WHERE c.experiment = ${id})`;

const POLICIES = [
  ...FENCED.map(staff),
  ...[...OWNED, ...SHARED_EMPTY].map((table) => tenant('own', table, 'ALL', `merchant = ${OWN}`)),
  ...SHARED_EMPTY.map((table) => tenant('everyones', table, 'SELECT', "merchant = ''")),
  ...SHARED_NULL.map((table) => tenant('everyones', table, 'SELECT', 'merchant IS NULL')),
  ...OF_RUNS.map((table) =>
    tenant('own', table, 'ALL', `EXISTS (SELECT 1 FROM demanda.run r WHERE r.run_id = ${table}.run_id)`),
  ),
  tenant('own', 'export_batch', 'ALL', `owner = ${OWN}`),
  tenant('own', 'experiment', 'ALL', `merchant = ${OWN}`),
  // A test of several merchants is there for the prices of the own cells in it, and not to be changed.
  tenant('shared', 'experiment', 'SELECT', ofCell('id')),
  tenant(
    'own',
    'experiment_price',
    'ALL',
    `EXISTS (SELECT 1 FROM demanda.experiment_cell c
      WHERE c.experiment = experiment_price.experiment AND c.number = experiment_price.number)`,
  ),
  tenant('own_merchant', 'overview_name', 'SELECT', `kind = 'merchant' AND name = ${OWN}`),
  tenant(
    'own_product',
    'overview_name',
    'SELECT',
    "kind = 'product' AND EXISTS (SELECT 1 FROM demanda.overview o WHERE o.product = name)",
  ),
  tenant(
    'own_type',
    'overview_name',
    'SELECT',
    "kind = 'productType' AND EXISTS (SELECT 1 FROM demanda.overview o WHERE o.product_type = name)",
  ),
].join('');

const named = (tables: readonly string[]): string => tables.map((table) => `demanda.${table}`).join(', ');

const RIGHTS = `
  GRANT USAGE ON SCHEMA demanda TO demanda_staff, demanda_tenant;
  GRANT SELECT ON demanda.schema_version TO demanda_staff;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ${named([...FENCED, ...COMMON])} TO demanda_staff;
  GRANT EXECUTE ON FUNCTION demanda.make_months(text[]) TO demanda_staff;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ${named(FENCED.filter((table) => table !== 'overview_name'))}
    TO demanda_tenant;
  GRANT SELECT ON ${named(['overview_name', ...COMMON])} TO demanda_tenant;
  GRANT INSERT ON demanda.import_over TO demanda_tenant;
  GRANT UPDATE ON demanda.version TO demanda_tenant;
  -- They read and write what is not the merchant's to see: names that others have, cells that others test.
  ALTER FUNCTION demanda.show_names() SECURITY DEFINER SET search_path = pg_catalog;
  ALTER FUNCTION demanda.own_test() SECURITY DEFINER SET search_path = pg_catalog;
`;

export const TENANTS = `${POLICIES}${RIGHTS}`;
