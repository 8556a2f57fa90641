/** Takes everything that one store holds into another, of whatever engine, in steps that can be gone on with. */

import { createHash, type Hash } from 'node:crypto';
import { DemandaError } from '../../errors/demanda-error.ts';
import { type DayArrays, TABLES, type TransferRow, type TransferTable } from './tables.ts';

/** The values of a row's key, in the order of the table's. */
export type RowKey = readonly (string | number)[];

/** How far a transfer is, kept in the store that it goes to. */
export interface TransferState {
  /** The place that it comes from. */
  readonly from: string;
  /** Name of the table under way, and the last row of it that is there. */
  readonly table: string;
  readonly after: RowKey | null;
  /** What was copied is not what was there: the next one begins anew. */
  readonly again: boolean;
}

/** A store as a transfer sees it. */
export interface TransferEnd {
  /** As messages name it; without a password. */
  readonly place: string;
  /** Rows behind a key, in the order of the keys. */
  rows(table: TransferTable, after: RowKey | null): Promise<TransferRow[]>;
  /** Writes rows and how far the transfer is, both or neither. Rows that are there become those that are given. */
  write(table: TransferTable, rows: readonly TransferRow[], state: TransferState): Promise<void>;
  /** Takes all rows away, and writes how far the transfer is. */
  clear(state: TransferState): Promise<void>;
  count(table: TransferTable): Promise<number>;
  /** Of a transfer that has not ended; null without one. */
  state(): Promise<TransferState | null>;
  /** What an engine keeps beside: numbers that come next, columns that follow from others. The store may be used then. */
  finish(): Promise<void>;
  /** Says that what is there is not what was to be. */
  mark(state: TransferState): Promise<void>;
  close(): Promise<void>;
}

export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 of its rows in hexadecimal, the same in both stores. */
  readonly digest: string;
}

export interface TransferProgress {
  readonly stage: 'copy' | 'check';
  readonly table: string;
  readonly done: number;
  readonly total: number;
}

/**
 * Copies, then reads both stores from end to end and compares counts and digests of every table. Broken off at any
 * moment it goes on where it was; until it has ended the store that it goes to cannot be used otherwise.
 *
 * @returns what was copied, and whether an earlier transfer was gone on with
 * @throws DemandaError TRANSFER_TARGET_USED, TRANSFER_OTHER, TRANSFER_CHANGED
 */
export async function copyStore(
  from: TransferEnd,
  to: TransferEnd,
  onProgress: (progress: TransferProgress) => void,
): Promise<{ readonly tables: readonly CopiedTable[]; readonly resumed: boolean }> {
  const before = await begun(from, to);
  const counts = new Map<string, number>();
  for (const table of TABLES) counts.set(table.name, await from.count(table));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let done = 0;
  const first = TABLES.findIndex(({ name }) => name === before.table);
  for (const [i, table] of TABLES.entries()) {
    if (i < first) {
      done += counts.get(table.name) as number;
      continue;
    }
    let after = i === first ? before.after : null;
    for (;;) {
      const rows = await from.rows(table, after);
      after = keyOf(table, rows.at(-1)) ?? after;
      await to.write(table, rows, { from: from.place, table: table.name, after, again: false });
      done += rows.length;
      onProgress({ stage: 'copy', table: table.name, done: Math.min(done, total), total });
      if (rows.length < table.atOnce) break;
    }
  }
  const tables = await compared(from, to, (progress) => onProgress({ ...progress, total }));
  await to.finish();
  return { tables, resumed: before.resumed };
}

/** Where to begin. */
async function begun(from: TransferEnd, to: TransferEnd): Promise<TransferState & { readonly resumed: boolean }> {
  const start: TransferState = {
    from: from.place,
    table: (TABLES[0] as TransferTable).name,
    after: null,
    again: false,
  };
  const state = await to.state();
  if (state === null) {
    for (const table of TABLES)
      if ((await to.count(table)) > 0) throw new DemandaError('TRANSFER_TARGET_USED', { place: to.place });
    await to.mark(start);
    return { ...start, resumed: false };
  }
  if (state.from !== from.place) throw new DemandaError('TRANSFER_OTHER', { place: to.place, from: state.from });
  if (!state.again) return { ...state, resumed: true };
  await to.clear(start);
  return { ...start, resumed: false };
}

async function compared(
  from: TransferEnd,
  to: TransferEnd,
  onProgress: (progress: Omit<TransferProgress, 'total'>) => void,
): Promise<CopiedTable[]> {
  const tables: CopiedTable[] = [];
  let done = 0;
  for (const table of TABLES) {
    const [theirs, ours] = [await digestOf(from, table), await digestOf(to, table)];
    if (theirs.rows !== ours.rows || theirs.digest !== ours.digest) {
      await to.mark({ from: from.place, table: table.name, after: null, again: true });
      throw new DemandaError('TRANSFER_CHANGED', { place: from.place, table: table.name });
    }
    done += ours.rows;
    onProgress({ stage: 'check', table: table.name, done });
    tables.push({ table: table.name, ...ours });
  }
  return tables;
}

async function digestOf(end: TransferEnd, table: TransferTable): Promise<{ rows: number; digest: string }> {
  const hash = createHash('sha256');
  let rows = 0;
  for (let after: RowKey | null = null; ; ) {
    const read = await end.rows(table, after);
    for (const row of read) addRow(hash, table, row);
    rows += read.length;
    if (read.length < table.atOnce) return { rows, digest: hash.digest('hex') };
    after = keyOf(table, read.at(-1));
  }
}

function addRow(hash: Hash, { columns }: TransferTable, row: TransferRow): void {
  for (const name of Object.keys(columns)) {
    const value = row[name] ?? null;
    if (value instanceof Uint8Array) hash.update(`${value.length}:`).update(value);
    else
      hash.update(JSON.stringify(name === 'rows' && typeof value === 'object' ? byNames(value as DayArrays) : value));
    hash.update('\n');
  }
}

/** In which order columns and covariates are kept says nothing. */
function byNames(rows: DayArrays): DayArrays {
  const { days, quantity, price, cost, promo, sold_out, waste, market_price } = rows;
  const covariates =
    rows.covariates && Object.fromEntries(Object.entries(rows.covariates).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { days, quantity, price, cost, promo, sold_out, waste, market_price, covariates };
}

function keyOf({ key }: TransferTable, row: TransferRow | undefined): RowKey | null {
  return row === undefined ? null : key.map((name) => row[name] as string | number);
}
