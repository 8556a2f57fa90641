/** SQLite as an end of a transfer of everything that a store holds. */

import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { medianGap } from '../../rules/frequency.ts';
import type { RowKey, TransferEnd, TransferState } from '../transfer/copy-store.ts';
import { DaysOfRows } from '../transfer/day-arrays.ts';
import {
  COPIED_DOCUMENTS,
  type ColumnType,
  type DayArrays,
  TABLES,
  TRANSFER_STATE,
  type TransferRow,
  type TransferTable,
  type TransferValue,
} from '../transfer/tables.ts';
import { SqliteConnection } from './connection.ts';
import { type OpenOptions, openDatabase } from './open-database.ts';

/** Tables whose rows name a cell by its number. */
const BY_CELL: ReadonlySet<string> = new Set(['held_value', 'import_cell']);
const SALE_COLUMNS = 'day, quantity, price, cost, promo, sold_out, waste, market_price, covariates';

/** @throws DemandaError as {@link openDatabase} */
export function openSqliteEnd(folder: string, options: OpenOptions): TransferEnd {
  return new SqliteEnd(new SqliteConnection(openDatabase(folder, options), options.busyTimeoutMs));
}

class SqliteEnd implements TransferEnd {
  private readonly sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.sqlite = sqlite;
  }

  get place(): string {
    return this.sqlite.file;
  }

  async rows(table: TransferTable, after: RowKey | null): Promise<TransferRow[]> {
    if (table.name === 'sale') return this.sales(after, table.atOnce);
    if (table.name === 'import_sale') return this.overwritten(after, table.atOnce);
    const from = BY_CELL.has(table.name) ? `${table.name} t JOIN cell c ON c.id = t.cell` : `${table.name} t`;
    const column = (name: string): string =>
      BY_CELL.has(table.name) && (name === 'merchant' || name === 'product') ? `c.${name}` : `t.${name}`;
    const key = table.key.map(column).join(', ');
    const names = Object.keys(table.columns);
    const conditions = [
      ...(table.name === 'document' ? [COPIED_DOCUMENTS] : []),
      ...(after ? [`(${key}) > (${after.map(() => '?').join(', ')})`] : []),
    ];
    const rows = this.sqlite.all<Record<string, SQLOutputValue>>(
      `SELECT ${names.map((name) => `${column(name)} AS ${name}`).join(', ')} FROM ${from}
       ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''} ORDER BY ${key} LIMIT ?`,
      ...(after ?? []),
      table.atOnce,
    );
    return rows.map((row) => told(table, row));
  }

  async write(table: TransferTable, rows: readonly TransferRow[], state: TransferState): Promise<void> {
    this.sqlite.write((database) => {
      if (table.name === 'sale') for (const row of rows) writeSales(database, row);
      else if (table.name === 'import_sale') for (const row of rows) writeOverwritten(database, row);
      else writePlain(database, table, rows);
      keepState(database, state);
    });
  }

  async clear(state: TransferState): Promise<void> {
    this.sqlite.write((database) => {
      database.exec('DELETE FROM overview_reason');
      for (const { name } of [...TABLES].reverse())
        database.exec(`DELETE FROM ${name}${name === 'document' ? ` WHERE ${COPIED_DOCUMENTS}` : ''}`);
      keepState(database, state);
    });
  }

  async count(table: TransferTable): Promise<number> {
    const of = {
      document: `document WHERE ${COPIED_DOCUMENTS}`,
      // A transfer's rows of these are cells'.
      sale: '(SELECT DISTINCT cell FROM sale)',
      import_sale: '(SELECT DISTINCT import, cell FROM import_sale)',
    }[table.name];
    return this.sqlite.all<{ n: number }>(`SELECT count(*) AS n FROM ${of ?? table.name}`)[0]?.n ?? 0;
  }

  async state(): Promise<TransferState | null> {
    const [row] = this.sqlite.all<{ json: string }>(
      'SELECT json FROM document WHERE kind = ? AND key = ?',
      ...TRANSFER_STATE,
    );
    return row ? (JSON.parse(row.json) as TransferState) : null;
  }

  async mark(state: TransferState): Promise<void> {
    this.sqlite.write((database) => keepState(database, state));
  }

  async finish(): Promise<void> {
    this.sqlite.write((database) => {
      database.exec('UPDATE sale_version SET number = number + 1');
      database.prepare('DELETE FROM document WHERE kind = ? AND key = ?').run(...TRANSFER_STATE);
    });
  }

  async close(): Promise<void> {
    this.sqlite.close();
  }

  private sales(after: RowKey | null, limit: number): TransferRow[] {
    const cells = this.sqlite.all<{ id: number; merchant: string; product: string }>(
      `SELECT id, merchant, product FROM cell WHERE ${after ? '(merchant, product) > (?, ?) AND' : ''}
         EXISTS (SELECT 1 FROM sale s WHERE s.cell = cell.id)
       ORDER BY merchant, product LIMIT ?`,
      ...(after ?? []),
      limit,
    );
    return cells.map(({ id, merchant, product }) => {
      const days = new DaysOfRows();
      const imports: number[] = [];
      const sold = `SELECT ${SALE_COLUMNS}, import FROM sale WHERE cell = ? ORDER BY day`;
      for (const row of this.sqlite.all<Record<string, unknown> & { readonly import: number | null }>(sold, id)) {
        days.add(row);
        imports.push(row.import ?? 0);
      }
      return { merchant, product, rows: days.arrays(), imports };
    });
  }

  private overwritten(after: RowKey | null, limit: number): TransferRow[] {
    const cells = this.sqlite.all<{ import: number; id: number; merchant: string; product: string }>(
      `SELECT DISTINCT t.import, t.cell AS id, c.merchant, c.product FROM import_sale t JOIN cell c ON c.id = t.cell
       ${after ? 'WHERE (t.import, c.merchant, c.product) > (?, ?, ?)' : ''}
       ORDER BY t.import, c.merchant, c.product LIMIT ?`,
      ...(after ?? []),
      limit,
    );
    return cells.map(({ import: number, id, merchant, product }) => {
      const [days, previous, same] = [
        new DaysOfRows(),
        [] as number[],
        { days: [] as number[], previous: [] as number[] },
      ];
      const rows = this.sqlite.all<Record<string, SQLOutputValue>>(
        `SELECT ${SALE_COLUMNS}, previous, same FROM import_sale WHERE import = ? AND cell = ? ORDER BY day`,
        number,
        id,
      );
      for (const row of rows) {
        const whose = (row.previous as number | null) ?? 0;
        if (row.same === 1) {
          same.days.push(row.day as number);
          same.previous.push(whose);
        } else {
          days.add(row);
          previous.push(whose);
        }
      }
      return { import: number, merchant, product, same, rows: days.arrays(), previous };
    });
  }
}

function told({ columns }: TransferTable, row: Record<string, SQLOutputValue>): TransferRow {
  return Object.fromEntries(
    Object.entries(columns).map(([name, type]) => [name, toldValue(type, row[name] as SQLOutputValue)]),
  );
}

function toldValue(type: ColumnType, value: SQLOutputValue): TransferValue {
  if (type === 'list') return value === '' ? [] : String(value).split(',');
  if (value === null) return null;
  return type === 'flag' ? value === 1 : (value as string | number | Uint8Array);
}

function keptValue(type: ColumnType, value: TransferValue): SQLInputValue {
  if (type === 'list') return (value as readonly string[]).join(',');
  return typeof value === 'boolean' ? Number(value) : (value as SQLInputValue);
}

function writePlain(database: DatabaseSync, table: TransferTable, rows: readonly TransferRow[]): void {
  const byCell = BY_CELL.has(table.name);
  const names = Object.keys(table.columns).filter((name) => !(byCell && (name === 'merchant' || name === 'product')));
  const key = byCell
    ? table.key.flatMap((name) => (name === 'merchant' ? ['cell'] : name === 'product' ? [] : [name]))
    : table.key;
  const into = byCell ? ['cell', ...names] : names;
  const places = byCell
    ? ['(SELECT id FROM cell WHERE merchant = ? AND product = ?)', ...names.map(() => '?')]
    : names.map(() => '?');
  const changed = into.filter((name) => !key.includes(name)).map((name) => `${name} = excluded.${name}`);
  const put = database.prepare(
    `INSERT INTO ${table.name} (${into.join(', ')}) VALUES (${places.join(', ')})
     ON CONFLICT (${key.join(', ')}) DO ${changed.length > 0 ? `UPDATE SET ${changed.join(', ')}` : 'NOTHING'}`,
  );
  // The reasons of a cell are spread by a trigger on changes alone.
  const again = table.name === 'overview' ? 2 : 1;
  for (const row of rows) {
    const values = names.map((name) => keptValue(table.columns[name] as ColumnType, row[name] ?? null));
    for (let i = 0; i < again; i++)
      put.run(...(byCell ? [row.merchant as string, row.product as string] : []), ...values);
  }
}

function cellOf(database: DatabaseSync, { merchant, product }: TransferRow): number {
  const row = database
    .prepare('SELECT id FROM cell WHERE merchant = ? AND product = ?')
    .get(merchant as string, product as string);
  return (row as { id: number }).id;
}

function writeSales(database: DatabaseSync, row: TransferRow): void {
  const cell = cellOf(database, row);
  const { days, ...arrays } = row.rows as DayArrays;
  const put = database.prepare(
    `INSERT OR REPLACE INTO sale (cell, ${SALE_COLUMNS}, import) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const [i, day] of days.entries())
    put.run(cell, day, ...dayValues(arrays, i), ((row.imports as number[])[i] as number) || null);
  database.prepare('UPDATE cell SET gap = ? WHERE id = ?').run(medianGap(days), cell);
}

function writeOverwritten(database: DatabaseSync, row: TransferRow): void {
  const cell = cellOf(database, row);
  const { days, ...arrays } = row.rows as DayArrays;
  const same = row.same as { readonly days: readonly number[]; readonly previous: readonly number[] };
  const put = database.prepare(
    `INSERT OR REPLACE INTO import_sale (import, cell, previous, same, ${SALE_COLUMNS})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const number = row.import as number;
  for (const [i, day] of days.entries())
    put.run(number, cell, (row.previous as number[])[i] || null, 0, day, ...dayValues(arrays, i));
  const bare = database.prepare(
    'INSERT OR REPLACE INTO import_sale (import, cell, previous, same, day) VALUES (?, ?, ?, 1, ?)',
  );
  for (const [i, day] of same.days.entries()) bare.run(number, cell, same.previous[i] || null, day);
}

/** From `quantity` to `covariates`. */
function dayValues(arrays: Omit<DayArrays, 'days'>, i: number): SQLInputValue[] {
  const { quantity, price, cost, promo, sold_out, waste, market_price, covariates } = arrays;
  const own = Object.entries(covariates ?? {}).flatMap(([name, values]) => {
    const value = values[i] ?? null;
    return value === null ? [] : [[name, value] as const];
  });
  return [
    quantity[i] as number,
    price?.[i] ?? null,
    cost?.[i] ?? null,
    promo?.[i] ?? null,
    sold_out?.[i] ?? 0,
    waste?.[i] ?? null,
    market_price?.[i] ?? null,
    own.length === 0 ? null : JSON.stringify(Object.fromEntries(own)),
  ];
}

function keepState(database: DatabaseSync, state: TransferState): void {
  database
    .prepare('INSERT OR REPLACE INTO document (kind, key, json) VALUES (?, ?, ?)')
    .run(...TRANSFER_STATE, JSON.stringify(state));
}
