/**
 * What a store holds, table by table, in a form that no engine has to itself: what one keeps crosses to another, and both
 * can be compared. Sessions, answers kept for repeated requests and holds of cells are of the moment, and stay.
 */

/** `bytes`: as they are kept; `list`: texts in their order; `json`: plain data. */
export type ColumnType = 'text' | 'number' | 'flag' | 'bytes' | 'list' | 'json';

export type TransferValue = string | number | boolean | null | readonly string[] | Uint8Array | object;

/** A row by its columns. */
export type TransferRow = Readonly<Record<string, TransferValue>>;

export interface TransferTable {
  readonly name: string;
  /** Columns by which its rows are told apart and ordered: texts by their bytes. */
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Rows that are read and written at once. */
  readonly atOnce: number;
}

/** All rows of a cell by day, or what an import wrote over in one. Columns that no day has are null. */
export interface DayArrays {
  readonly days: readonly number[];
  readonly quantity: readonly number[];
  readonly price: readonly (number | null)[] | null;
  readonly cost: readonly (number | null)[] | null;
  readonly promo: readonly (number | null)[] | null;
  /** Null: on no day. */
  readonly sold_out: readonly number[] | null;
  readonly waste: readonly (number | null)[] | null;
  readonly market_price: readonly (number | null)[] | null;
  /** By name, in order of names. */
  readonly covariates: Readonly<Record<string, readonly (number | null)[]>> | null;
}

export const DAY_FIGURES = ['price', 'cost', 'promo', 'waste', 'market_price'] as const;

const NAMES = { merchant: 'text', product: 'text' } as const;
const CELL = ['merchant', 'product'] as const;
/** Of models, checkpoints and histories: some kilobytes each. */
const LARGE_AT_ONCE = 50;
const AT_ONCE = 500;

function table(
  name: string,
  key: readonly string[],
  columns: Readonly<Record<string, ColumnType>>,
  atOnce = AT_ONCE,
): TransferTable {
  return { name, key, columns, atOnce };
}

function texts(...names: readonly string[]): Readonly<Record<string, ColumnType>> {
  return Object.fromEntries(names.map((name) => [name, 'text']));
}

function numbers(...names: readonly string[]): Readonly<Record<string, ColumnType>> {
  return Object.fromEntries(names.map((name) => [name, 'number']));
}

/** In an order in which they can be written: none names a row of a later one. */
export const TABLES: readonly TransferTable[] = [
  table('setting', ['key'], texts('key', 'value')),
  table('document', ['kind', 'key'], texts('kind', 'key', 'json'), LARGE_AT_ONCE),
  table('cell', CELL, {
    ...NAMES,
    ...texts('product_type', 'unit', 'frequency', 'given_frequency', 'missing_days'),
    ...numbers('rows', 'first_day', 'last_day', 'last_price', 'price_since'),
  }),
  table('import', ['number'], {
    ...numbers('number'),
    ...texts('import_id', 'at', 'actor', 'actor_name', 'merchant', 'kind', 'file', 'digest', 'options'),
    ...numbers('accepted', 'rejected', 'replaced', 'added', 'unchanged', 'merchants', 'products'),
    ...numbers('first_day', 'last_day'),
    ...texts('undone_at', 'undone_by', 'undone_by_name'),
  }),
  // Which import wrote each day: 0 where it is not known.
  table('sale', CELL, { ...NAMES, rows: 'json', imports: 'json' }, LARGE_AT_ONCE),
  table('held_value', [...CELL, 'day', 'field'], {
    ...NAMES,
    ...numbers('day'),
    ...texts('field'),
    ...numbers('value', 'usual'),
    ...texts('reason'),
    accepted: 'flag',
  }),
  table('market_price', ['name', 'day'], { name: 'text', ...numbers('day', 'price', 'import') }),
  table('cost', ['product', 'merchant', 'day'], { ...NAMES, ...numbers('day', 'cost', 'import') }),
  table('known_covariate', ['merchant', 'name'], texts('merchant', 'name')),
  table('name_alias', ['kind', 'name', 'merchant'], texts('kind', 'name', 'merchant', 'target')),
  table('import_cell', ['import', ...CELL], {
    import: 'number',
    ...NAMES,
    created: 'flag',
    ...texts('product_type', 'unit', 'given_frequency', 'missing_days', 'told_type', 'told_unit', 'told_frequency'),
    ...texts('told_missing', 'usual_unit'),
  }),
  // `same`: days that the import left as they were, and whose they had been.
  table(
    'import_sale',
    ['import', ...CELL],
    { import: 'number', ...NAMES, same: 'json', rows: 'json', previous: 'json' },
    LARGE_AT_ONCE,
  ),
  table('import_price', ['import', 'name', 'merchant', 'day'], {
    import: 'number',
    ...texts('merchant', 'name'),
    ...numbers('day', 'previous', 'value'),
  }),
  table('import_covariate', ['import', 'merchant', 'name'], {
    import: 'number',
    ...texts('merchant', 'name'),
    created: 'flag',
  }),
  table('import_joined', ['import'], { import: 'number', ...texts('at', 'name', 'target') }),
  table(
    'model',
    [...CELL, 'version'],
    {
      ...texts('model_id', 'run_id', 'merchant', 'product', 'product_type', 'unit'),
      ...numbers('version', 'iterations', 'wape', 'rmse', 'rmsse', 'elasticity', 'elasticity_low', 'elasticity_high'),
      ...numbers('own_rows'),
      ...texts('trained_at'),
      ...numbers('seconds', 'seed', 'crc', 'form'),
      document: 'bytes',
    },
    LARGE_AT_ONCE,
  ),
  table('model_number', CELL, { ...NAMES, last: 'number' }),
  table('model_alias', [...CELL, 'alias'], { ...NAMES, alias: 'text', version: 'number' }),
  table('run', ['number'], {
    ...numbers('number'),
    ...texts('run_id', 'merchant', 'product', 'status', 'stop_reason'),
    ...numbers('iterations', 'simulated_rows', 'own_rows', 'wape', 'rmse', 'rmsse'),
    ...texts('started_at'),
    ...numbers('seconds', 'seed'),
    ...texts('model_id', 'failure_code', 'failure_message'),
    ...numbers('attempt', 'points'),
    ...texts('error_kind'),
    ...numbers('first_error', 'best_error', 'best_iteration', 'last_error'),
    ...texts('training_id', 'holder', 'tags', 'note'),
    ...numbers('cpu_seconds', 'peak_memory'),
    converged: 'flag',
  }),
  table('run_event', ['run_id', 'number'], {
    ...texts('run_id'),
    ...numbers('number', 'iteration'),
    ...texts('kind', 'detail'),
  }),
  table('run_inputs', ['run_id'], { run_id: 'text', crc: 'number', inputs: 'bytes' }, LARGE_AT_ONCE),
  table(
    'checkpoint',
    ['run_id', 'slot'],
    { run_id: 'text', ...numbers('slot', 'iteration', 'crc'), state: 'bytes' },
    LARGE_AT_ONCE,
  ),
  table('history', ['run_id'], { run_id: 'text', crc: 'number', record: 'bytes' }, LARGE_AT_ONCE),
  table('training', ['number'], {
    ...numbers('number'),
    ...texts('training_id', 'merchant', 'status', 'stage'),
    ...numbers('cells', 'done', 'failed'),
    ...texts('chosen', 'options', 'lang', 'started_at', 'ended_at', 'started_by', 'started_by_name', 'holder'),
    ...texts('beat_at'),
    ...numbers('seq', 'resumes'),
    ...texts('message'),
  }),
  table('training_cell', ['training_id', ...CELL], {
    training_id: 'text',
    ...NAMES,
    seq: 'number',
    json: 'text',
  }),
  table('export_batch', ['owner', 'batch_id'], {
    ...texts('owner', 'batch_id', 'at', 'actor', 'actor_name', 'activation_date', 'format', 'request', 'items'),
  }),
  table('recommendation', ['id'], {
    id: 'number',
    ...NAMES,
    ...texts('at', 'document'),
    ...numbers('revision'),
    ...texts('status', 'model_id'),
    ...numbers('price', 'gain'),
    ...texts('reason', 'figures', 'decided_by', 'decided_by_name', 'decided_at', 'batch_id', 'batch_owner'),
  }),
  table('experiment', ['id'], {
    id: 'number',
    ...texts('at', 'actor', 'actor_name', 'design', 'turn'),
    ...numbers('size', 'seed', 'first_day', 'last_day', 'max_loss'),
    ...texts('expected', 'ending'),
    ended_day: 'number',
    ...texts('ended_at', 'ended_by_name'),
  }),
  table('experiment_cell', ['experiment', 'number'], {
    ...numbers('experiment', 'number'),
    ...NAMES,
    unit: 'text',
    ...numbers('base_price', 'unit_cost'),
    model_id: 'text',
  }),
  table('experiment_price', ['experiment', 'number', 'day'], {
    ...numbers('experiment', 'number', 'day'),
    level: 'text',
    price: 'number',
  }),
  table('api_key', ['key_id'], {
    ...texts('key_id', 'hash', 'name', 'scopes', 'merchant', 'prefix', 'created_at', 'created_by', 'created_by_name'),
    ...texts('expires_at', 'revoked_at'),
  }),
  table('audit', ['id'], { id: 'number', ...texts('at', 'actor', 'actor_name', 'action', 'merchant', 'detail') }),
  table('journal', ['id'], { id: 'number', ...texts('kind', 'at', 'merchant', 'detail') }),
  table('secret', ['name'], texts('name', 'value')),
  table('stock', [...CELL, 'day', 'import', 'line'], {
    ...NAMES,
    ...numbers('day', 'import', 'line', 'quantity', 'expiry', 'delivery'),
  }),
  table('competitor_price', ['product', 'merchant', 'competitor', 'day', 'import', 'line'], {
    ...NAMES,
    ...texts('competitor', 'theirs'),
    ...numbers('day', 'import', 'line', 'price', 'promo'),
  }),
  table('interval_month', [...CELL, 'month'], {
    ...NAMES,
    ...texts('month', 'product_type'),
    ...numbers('last_day', 'inside', 'above', 'below'),
  }),
  // Last: what is written of cells, models and runs changes it.
  table('overview', CELL, {
    ...NAMES,
    ...texts('product_type', 'unit'),
    ...numbers('rows', 'last_day'),
    ...texts('model_id'),
    ...numbers('wape', 'elasticity', 'elasticity_low', 'elasticity_high'),
    ...texts('trained_at'),
    has_candidate: 'flag',
    ...texts('run_status', 'run_holder', 'run_id'),
    ...numbers('current_price', 'recommended_price', 'gain', 'probability_better'),
    recommended: 'flag',
    horizon_days: 'number',
    reasons: 'list',
    recommendation_id: 'number',
    recommendation_status: 'text',
    ...numbers('last_price', 'price_since'),
    is_untold: 'flag',
    priced_model: 'text',
    horizon_count: 'number',
    horizon_unit: 'text',
    ...numbers('priced_rows', 'priced_day', 'exported_price', 'exported_before', 'exported_day'),
    revision: 'number',
  }),
];

/** Documents that say something of the store itself, and not of what it holds. */
const OWN_DOCUMENTS = ['upkeep', 'transfer'];
/** Of the documents those that are copied, as SQL. */
export const COPIED_DOCUMENTS = `kind NOT IN (${OWN_DOCUMENTS.map((kind) => `'${kind}'`).join(', ')})`;
/** Kind and key of the document that says how far a transfer is. */
export const TRANSFER_STATE = ['transfer', 'state'] as const;
