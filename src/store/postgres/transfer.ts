/** PostgreSQL as an end of a transfer of everything that a store holds. */

import { spacingOf } from '../../rules/frequency.ts';
import type { RowKey, TransferEnd, TransferState } from '../transfer/copy-store.ts';
import {
  COPIED_DOCUMENTS,
  type ColumnType,
  DAY_FIGURES,
  type DayArrays,
  TABLES,
  TRANSFER_STATE,
  type TransferRow,
  type TransferTable,
  type TransferValue,
} from '../transfer/tables.ts';
import { PostgresConnection, type Reader, type Transaction, type Value } from './connection.ts';
import { migratePostgres } from './migrate.ts';
import { requireRoles } from './roles.ts';

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  number: 'float8',
  flag: 'boolean',
  bytes: 'bytea',
  list: 'text',
  json: 'text',
};
/** Kept by the month in which their run began. */
const BY_MONTH: ReadonlySet<string> = new Set(['run_event', 'history']);
/** Whose numbers go on where they are. */
const NUMBERED = [
  ['import', 'number'],
  ['run', 'number'],
  ['training', 'number'],
  ['recommendation', 'id'],
  ['experiment', 'id'],
  ['audit', 'id'],
] as const;
const ARRAYS = ['days', 'quantity', ...DAY_FIGURES, 'sold_out'] as const;

/** @throws DemandaError STORE_NEWER and those of a database that cannot be reached or used */
export async function openPostgresEnd(address: string): Promise<TransferEnd> {
  const database = new PostgresConnection(address);
  try {
    await migratePostgres(database);
    // Who is no member of the roles would see nothing, and take nothing for everything.
    await requireRoles(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return new PostgresEnd(database);
}

class PostgresEnd implements TransferEnd {
  private readonly database: PostgresConnection;

  constructor(database: PostgresConnection) {
    this.database = database;
  }

  get place(): string {
    return this.database.place;
  }

  async rows(table: TransferTable, after: RowKey | null): Promise<TransferRow[]> {
    if (table.name === 'sale' || table.name === 'import_sale') return this.days(table, after);
    const names = Object.keys(table.columns);
    const rows = await this.database.all<Record<string, TransferValue>>(
      `SELECT ${names.map((name) => `${name} AS "${name}"`).join(', ')} FROM demanda.${table.name}
       ${conditions(table, after, table.name === 'document' ? COPIED_DOCUMENTS : null)}
       ORDER BY ${table.key.join(', ')} LIMIT ${table.atOnce}`,
      ...(after ?? []),
    );
    return rows;
  }

  async write(table: TransferTable, rows: readonly TransferRow[], state: TransferState): Promise<void> {
    await this.database.write(async (transaction) => {
      if (rows.length > 0) {
        if (table.name === 'sale' || table.name === 'import_sale') await writeDays(transaction, table, rows);
        else await writePlain(transaction, table, rows);
      }
      await keepState(transaction, state);
    });
  }

  async clear(state: TransferState): Promise<void> {
    await this.database.write(async (transaction) => {
      await transaction.exec('DELETE FROM demanda.import_over; DELETE FROM demanda.overview_name');
      for (const { name } of [...TABLES].reverse())
        await transaction.exec(`DELETE FROM demanda.${name}${name === 'document' ? ` WHERE ${COPIED_DOCUMENTS}` : ''}`);
      await keepState(transaction, state);
    });
  }

  async count({ name }: TransferTable): Promise<number> {
    const row = await this.database.one<{ n: number }>(
      `SELECT count(*) AS n FROM demanda.${name}${name === 'document' ? ` WHERE ${COPIED_DOCUMENTS}` : ''}`,
    );
    return row?.n ?? 0;
  }

  async state(): Promise<TransferState | null> {
    return unfinishedTransfer(this.database);
  }

  async mark(state: TransferState): Promise<void> {
    await this.database.write((transaction) => keepState(transaction, state));
  }

  async finish(): Promise<void> {
    await this.database.write(async (transaction) => {
      for (const [table, column] of NUMBERED)
        await transaction.run(
          `SELECT setval(pg_get_serial_sequence('demanda.${table}', '${column}'), greatest(max(${column}), 1), max(${column}) IS NOT NULL)
           FROM demanda.${table}`,
        );
      await transaction.exec(`
        INSERT INTO demanda.import_over (import, previous)
          SELECT DISTINCT import, p FROM demanda.import_sale, unnest(previous || same_previous) p WHERE p <> 0
          ON CONFLICT DO NOTHING;
        UPDATE demanda.recommendation r SET activation_date = b.activation_date FROM demanda.export_batch b
          WHERE b.owner = r.batch_owner AND b.batch_id = r.batch_id;
        UPDATE demanda.experiment e SET merchant = (
          SELECT CASE WHEN min(c.merchant) = max(c.merchant) THEN min(c.merchant) END
          FROM demanda.experiment_cell c WHERE c.experiment = e.id);
        UPDATE demanda.version SET number = number + 1;
      `);
      await transaction.run('DELETE FROM demanda.document WHERE kind = $1 AND key = $2', ...TRANSFER_STATE);
    });
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  private async days(table: TransferTable, after: RowKey | null): Promise<TransferRow[]> {
    const isSale = table.name === 'sale';
    const beside = isSale ? ['imports'] : ['same_days', 'same_previous', 'previous', 'import'];
    type Row = Record<(typeof ARRAYS)[number], number[] | null> & Record<string, unknown>;
    const rows = await this.database.all<Row>(
      `SELECT merchant, product, ${[...ARRAYS, ...beside].join(', ')}, covariates::text AS covariates
       FROM demanda.${table.name} ${conditions(table, after, null)} ORDER BY ${table.key.join(', ')} LIMIT ${table.atOnce}`,
      ...(after ?? []),
    );
    return rows.map((row) => {
      const arrays = {
        ...Object.fromEntries(ARRAYS.map((name) => [name, row[name]])),
        covariates: typeof row.covariates === 'string' ? JSON.parse(row.covariates) : null,
      } as unknown as DayArrays;
      const cell = { merchant: row.merchant as string, product: row.product as string };
      if (isSale) return { ...cell, rows: arrays, imports: row.imports as number[] };
      const same = { days: row.same_days, previous: row.same_previous };
      return { import: row.import as number, ...cell, same, rows: arrays, previous: row.previous as number[] };
    });
  }
}

/** Of a transfer into a database that has not ended; null without one. */
async function unfinishedTransfer(reader: Reader): Promise<TransferState | null> {
  const row = await reader.one<{ json: string }>(
    'SELECT json FROM demanda.document WHERE kind = $1 AND key = $2',
    ...TRANSFER_STATE,
  );
  return row ? (JSON.parse(row.json) as TransferState) : null;
}

function conditions({ key }: TransferTable, after: RowKey | null, own: string | null): string {
  const behind = after && `(${key.join(', ')}) > (${after.map((_, i) => `$${i + 1}`).join(', ')})`;
  const parts = [own, behind].filter((part) => part !== null);
  return parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '';
}

async function keepState(transaction: Transaction, state: TransferState): Promise<void> {
  await transaction.run(
    `INSERT INTO demanda.document (kind, key, json) VALUES ($1, $2, $3)
     ON CONFLICT (kind, key) DO UPDATE SET json = excluded.json`,
    ...TRANSFER_STATE,
    JSON.stringify(state),
  );
}

/** Rows as arrays, one a column: as many of them as there are rows in one statement. */
async function writePlain(transaction: Transaction, table: TransferTable, rows: readonly TransferRow[]): Promise<void> {
  const byMonth = BY_MONTH.has(table.name);
  const names = Object.keys(table.columns);
  if (byMonth) await makeMonths(transaction, rows);
  const given = names.map((name) => columnOf(table.columns[name] as ColumnType, rows, name));
  const types = names.map((name) => TYPES[table.columns[name] as ColumnType]);
  // What numbers are kept as is the table's own: they all fit.
  const shown = names.map((name) =>
    table.columns[name] === 'list' ? `ARRAY(SELECT jsonb_array_elements_text(t.${name}::jsonb))` : `t.${name}`,
  );
  const into = table.name === 'cell' ? [...names, 'gap', 'one_weekday', 'one_month_day'] : names;
  const select = table.name === 'cell' ? [...shown, '1', 'false', 'false'] : shown;
  const key = byMonth ? ['month', ...table.key] : table.key;
  const changed = names.filter((name) => !table.key.includes(name)).map((name) => `${name} = excluded.${name}`);
  await transaction.run(
    `INSERT INTO demanda.${table.name} (${[...(byMonth ? ['month'] : []), ...into].join(', ')})
     SELECT ${[...(byMonth ? ['(SELECT r.month FROM demanda.run r WHERE r.run_id = t.run_id)'] : []), ...select].join(', ')}
     FROM unnest(${types.map((type, i) => `$${i + 1}::${type}[]`).join(', ')}) AS t (${names.join(', ')})
     ON CONFLICT (${key.join(', ')}) DO ${changed.length > 0 ? `UPDATE SET ${changed.join(', ')}` : 'NOTHING'}`,
    ...given,
  );
}

function columnOf(type: ColumnType, rows: readonly TransferRow[], name: string): Value {
  return rows.map((row) => {
    const value = row[name] ?? null;
    if (type === 'list') return JSON.stringify(value);
    return value instanceof Uint8Array
      ? `\\x${Buffer.from(value).toString('hex')}`
      : (value as string | number | boolean | null);
  });
}

async function makeMonths(transaction: Transaction, rows: readonly TransferRow[]): Promise<void> {
  const ids = rows.map((row) => row.run_id as string);
  await transaction.run(
    `SELECT demanda.make_months(ARRAY(SELECT DISTINCT month FROM demanda.run WHERE run_id = ANY ($1)))`,
    ids,
  );
}

async function writeDays(
  transaction: Transaction,
  { name, key }: TransferTable,
  rows: readonly TransferRow[],
): Promise<void> {
  for (const row of rows) {
    const arrays = row.rows as DayArrays;
    const beside: readonly (readonly [string, Value])[] =
      name === 'sale'
        ? [['imports', row.imports as number[]]]
        : [
            ['import', row.import as number],
            ['same_days', (row.same as { days: number[] }).days],
            ['same_previous', (row.same as { previous: number[] }).previous],
            ['previous', row.previous as number[]],
          ];
    const columns: readonly (readonly [string, Value])[] = [
      ['merchant', row.merchant as string],
      ['product', row.product as string],
      ...beside,
      ...ARRAYS.map((column) => [column, arrays[column] as readonly (number | null)[] | null] as const),
      ['covariates', arrays.covariates === null ? null : JSON.stringify(arrays.covariates)],
    ];
    const changed = columns
      .filter(([column]) => !key.includes(column))
      .map(([column]) => `${column} = excluded.${column}`);
    await transaction.run(
      `INSERT INTO demanda.${name} (${columns.map(([column]) => column).join(', ')})
       VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})
       ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changed.join(', ')}`,
      ...columns.map(([, value]) => value),
    );
    if (name !== 'sale') continue;
    const { gap, isOneWeekday, isOneMonthDay } = spacingOf(arrays.days);
    await transaction.run(
      `UPDATE demanda.cell SET gap = $3, one_weekday = $4, one_month_day = $5 WHERE merchant = $1 AND product = $2`,
      ...[row.merchant as string, row.product as string, gap, isOneWeekday, isOneMonthDay],
    );
  }
}
